/** The record of offers to agents: one row for each that is over, with the one way it ended. An open one is part of its request. */
import type { Offer, OfferOutcome } from "../domain/model.ts";
import type { Queryable } from "./db.ts";

/** Keeps how an offer ended; the first outcome counts. One of a request that is not kept, or was erased, is not kept either. */
export async function recordOffer(
  tx: Queryable,
  request: string,
  offer: Offer,
  at: number,
  outcome: OfferOutcome,
): Promise<void> {
  // COMPAT: until this version an offer was a row while it was open, too.
  await tx.query(
    `INSERT INTO offers (id, request_id, agent, devices, acknowledged, failed, sent_at, expires_at, ended_at, outcome)
     SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10 FROM requests WHERE id = $2
     ON CONFLICT (id) DO UPDATE
     SET acknowledged = excluded.acknowledged, failed = excluded.failed, ended_at = excluded.ended_at,
         outcome = excluded.outcome
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
      new Date(at),
      outcome,
    ],
  );
}
