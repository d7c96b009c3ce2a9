/** Years of history, written straight into the database: ended sessions with their lines, as the service would have stored them. */
import { createTokens } from "../../webchat/http/token.ts";
import { type BenchStack, WORKGROUP } from "../stack.ts";
import { withDatabase } from "./database.ts";

export const LINES_A_SESSION = 50;

/** The visit (local part of the visitor's address) and the session of each filled-in talk, by number. */
export const filledVisit = (i: number): string => `past${String(i).padStart(16, "0")}`;
export const filledSession = (i: number): string => `talk${String(i).padStart(16, "0")}`;

/** Writes so many lines in sessions of 50, spread over visitors of the web gateway. Resolves with the number of sessions. */
export async function fillTranscripts(stack: BenchStack, lines: number): Promise<number> {
  const sessions = Math.ceil(lines / LINES_A_SESSION);
  await withDatabase(stack, async (query) => {
    await query(
      `INSERT INTO requests (id, workgroup, visitor, user_id, metadata, joined_at, rank, deadline_at, rejections, room, served,
                             phase, ended_at, end_reason, ended_by, room_closed_at)
       SELECT 'talk' || lpad(i::text, 16, '0'), $2, 'past' || lpad(i::text, 16, '0') || '@webchat.localhost/web',
              'past' || lpad(i::text, 16, '0') || '@webchat.localhost',
              '[["username", ["Visitor"]], ["question", ["Where is my parcel?"]]]', at, i, at, '{}', 'open',
              ARRAY['agent0@localhost'], '{"name": "in-session"}', at + interval '10 minutes', 'visitor-ended', 'visitor', at
       FROM generate_series(0, $1::integer - 1) AS i, LATERAL (SELECT now() - i * interval '1 minute' - interval '1 hour' AS at) AS t`,
      [sessions, WORKGROUP],
    );
    await query(
      `INSERT INTO sessions (id, workgroup, agent, started_at, ended_at)
       SELECT id, workgroup, 'agent0@localhost', joined_at, ended_at FROM requests WHERE id LIKE 'talk%'`,
    );
    await query(
      `INSERT INTO participants (session_id, jid, nick, role, joined_at, left_at)
       SELECT id, 'agent0@localhost/desk', 'agent0', 'agent', joined_at, ended_at FROM requests WHERE id LIKE 'talk%'`,
    );
    // Session after session would store each talk in one place; real ones are interwoven with hundreds of others.
    await query(
      `INSERT INTO transcript_lines (session_id, stanza_id, kind, speaker_kind, nick, jid, occupant, key, body, said_at)
       SELECT id, 'line' || line, 'line', CASE WHEN line % 2 = 0 THEN 'visitor' ELSE 'agent' END, 'Somebody', user_id, 'occupant',
              md5(id || line), 'Thank you, I have tried that now, and the light at the front is still red. ' || line,
              joined_at + line * interval '10 seconds'
       FROM requests, generate_series(1, $1::integer) AS line
       WHERE id LIKE 'talk%' ORDER BY right(id, 16)::bigint / 500, line, id`,
      [LINES_A_SESSION],
    );
    // What the server does by itself some time after such a change.
    await query("ANALYZE");
  });
  return sessions;
}

/** A token by which a page comes back to that talk. */
export function filledToken(stack: BenchStack, i: number): Promise<string> {
  return createTokens(stack.secrets.tokenSecret, Date.now).issue({
    visit: filledVisit(i),
    workgroup: WORKGROUP,
    isIdentified: false,
  });
}
