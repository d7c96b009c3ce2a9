/** Transcripts that were mailed. What is noted here before a mail leaves is what bounds how many may leave. */
import type { Queryable } from "./db.ts";
import { storable } from "./values.ts";

/** `sender` is a bare address. */
export type MailClaim = {
  session: string;
  sender: string;
  role: "visitor" | "agent" | "service";
  recipient: string;
  at: number;
};

/** So many of one session by one sender; since an instant by one sender, and by all of its role in one workgroup. */
export type MailBounds = { mostOfSession: number; mostOfSender: number; mostOfWorkgroup: number; since: number };

/** Notes a mail that is about to be sent; its id. Null when a bound is reached, or there is no such session. */
export async function claimMail(db: Queryable, mail: MailClaim, bounds: MailBounds): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO mailed_transcripts (session_id, workgroup, sender, role, recipient, sent_at)
     SELECT r.id, r.workgroup, $2, $3, $4, $5 FROM requests r
     WHERE r.id = $1
       AND (SELECT count(*) FROM mailed_transcripts m WHERE m.session_id = $1 AND m.sender = $2) < $6
       AND (SELECT count(*) FROM mailed_transcripts m WHERE m.sender = $2 AND m.sent_at > $9) < $7
       AND (SELECT count(*) FROM mailed_transcripts m
            WHERE m.workgroup = r.workgroup AND m.role = $3 AND m.sent_at > $9) < $8
     RETURNING id`,
    [
      storable(mail.session),
      mail.sender,
      mail.role,
      mail.recipient,
      new Date(mail.at),
      bounds.mostOfSession,
      bounds.mostOfSender,
      bounds.mostOfWorkgroup,
      new Date(bounds.since),
    ],
  );
  return rows[0]?.id ?? null;
}

/** It was not sent after all. */
export async function releaseMail(db: Queryable, id: string): Promise<void> {
  await db.query("DELETE FROM mailed_transcripts WHERE id = $1", [id]);
}
