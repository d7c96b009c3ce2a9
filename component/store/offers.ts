/** Offers to agents: one row for each agent asked, with the one way it ended. */
import type { Offer, OfferOutcome } from "../domain/model.ts";
import type { Queryable } from "./db.ts";

/** Inserts the offer, or brings up to date what its devices have said. */
export async function saveOffer(tx: Queryable, request: string, offer: Offer): Promise<void> {
  await tx.query(
    `INSERT INTO offers (id, request_id, agent, devices, acknowledged, failed, sent_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE
     SET devices = excluded.devices, acknowledged = excluded.acknowledged, failed = excluded.failed,
         expires_at = excluded.expires_at
     WHERE offers.ended_at IS NULL`,
    [
      offer.id,
      request,
      offer.agent,
      offer.devices,
      offer.acknowledged,
      offer.failed,
      new Date(offer.sentAt),
      new Date(offer.expiresAt),
    ],
  );
}

/** The first outcome counts. */
export async function endOffer(tx: Queryable, offer: string, at: number, outcome: OfferOutcome): Promise<void> {
  await tx.query("UPDATE offers SET ended_at = $2, outcome = $3 WHERE id = $1 AND ended_at IS NULL", [
    offer,
    new Date(at),
    outcome,
  ]);
}

/** Ends whatever a crash left open, and says how many that were. */
export async function endOpenOffers(tx: Queryable, at: number, outcome: OfferOutcome): Promise<number> {
  const { rowCount } = await tx.query("UPDATE offers SET ended_at = $1, outcome = $2 WHERE ended_at IS NULL", [
    new Date(at),
    outcome,
  ]);
  return rowCount ?? 0;
}
