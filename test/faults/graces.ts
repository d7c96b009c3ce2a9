/**
 * Where outages come one upon the other, a side may be away for longer than its grace by their sum. Then the talk has to
 * end: for that reason, and not before the grace was over. The visitor reads it and comes anew; what was said in the talk is
 * compared like any other.
 */
import { type Finding, judgeEnd } from "./judge.ts";
import type { Talk } from "./people.ts";
import { checkPatiently, type World } from "./world.ts";

/** The workgroups' `visitor_grace`, in ms. */
const VISITOR_GRACE_MS = 20_000;

type Row = { id: string; reason: string; awayMs: number | null };

/** Whoever finds the talk ended starts a new one. What was wrong with the old one or its end. */
export async function comeAnew(world: World): Promise<Finding[]> {
  const { people } = world;
  const ended = people.visitors.filter(({ phase, away }) => !away && (phase === "ended" || phase === "unserved"));
  const lost = ended.map((visitor) => ({ talk: people.talkOf(visitor), again: () => visitor.join() }));
  for (const pair of people.browsers)
    if (pair.phase === "talking") lost.push({ talk: pair.asTalk(), again: () => pair.joinAnew() });
  const rows = await endsOf(world, lost);
  const findings: Finding[] = [];
  for (const { talk, again } of lost) {
    const row = rows.get(talk.session);
    if (row === undefined) continue;
    const { reason, awayMs } = row;
    const found = judgeEnd({ name: talk.name, reason, awayMs: awayMs ?? undefined, graceMs: VISITOR_GRACE_MS });
    findings.push(...found, ...(await checkPatiently(world, talk, false)));
    world.say(`    (${talk.name} ended: ${reason}${awayMs === null ? "" : ` after ${(awayMs / 1000).toFixed(1)} s`})`);
    await again();
  }
  return findings;
}

async function endsOf({ house }: World, of: readonly { talk: Talk }[]): Promise<Map<string, Row>> {
  const sessions = of.map(({ talk }) => talk.session);
  const { rows } = await house.db.query<Row>(
    `SELECT id, end_reason AS reason,
            (extract(epoch FROM ended_at) * 1000 - (phase ->> 'visitorAwayAt')::numeric)::float8 AS "awayMs"
     FROM requests WHERE id = ANY($1) AND ended_at IS NOT NULL`,
    [sessions],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
