/**
 * The invariants, as judgements over plain values: what was said and what every source holds in, what is wrong out. Nothing
 * here reads a system, so that a planted violation of each can be shown to be found.
 */
import { markOf } from "./journal.ts";

export type Kind = "lost" | "doubled" | "out of order" | "damaged" | "unsettled" | "astray";
export type Finding = { kind: Kind; talk: string; what: string };

/** A line as a source holds it. `id`: its place there; `key`: its sender's. */
export type Kept = { id: string; key: string; text: string };

export type TalkFacts = {
  name: string;
  /** Lines that were asked for, by key. */
  asked: ReadonlyMap<string, string>;
  /** Keys of those that their sender saw as sent. */
  acked: ReadonlySet<string>;
  /** Keys of those that failed and were said again by their sender's will. */
  retried: ReadonlySet<string>;
  /** Whether a view let the line go that it had not shown as sent. */
  wasDropped(key: string): boolean;
  transcript: readonly Kept[];
  /** The archive and every view, by name. */
  others: ReadonlyMap<string, readonly Kept[]>;
};

/** I1 to I5: every line once, in one order, for everybody, as it was written, and in no other room. */
export function judgeTalk({ name, asked, acked, retried, wasDropped, transcript, others }: TalkFacts): Finding[] {
  const findings: Finding[] = [];
  const found = (kind: Kind, what: string): void => void findings.push({ kind, talk: name, what });
  const texts = new Set(asked.values());
  const order = transcript.map(({ text }) => text);
  const stored = new Set(order);
  for (const [source, lines] of new Map([["transcript", transcript], ...others])) {
    for (const text of twice(lines.map((line) => line.text))) found("doubled", `in ${source}: ${brief(text)}`);
    for (const id of twice(lines.map((line) => line.id))) found("doubled", `in ${source}: the id ${id}`);
    for (const { text } of lines) {
      if (texts.has(text)) continue;
      const mark = markOf(text);
      found(mark?.talk === name ? "damaged" : "astray", `in ${source}: ${brief(text)}`);
    }
    const here = new Set(lines.map((line) => line.text));
    for (const key of acked) {
      const text = asked.get(key);
      if (text !== undefined && !here.has(text)) found("lost", `sent, but not in ${source}: ${brief(text)}`);
    }
    for (const text of order) if (!here.has(text)) found("lost", `stored, but not in ${source}: ${brief(text)}`);
    for (const text of here) if (!stored.has(text)) found("lost", `in ${source}, but not stored: ${brief(text)}`);
    const common = lines.map((line) => line.text).filter((text) => stored.has(text));
    const expected = order.filter((text) => here.has(text));
    const at = common.findIndex((text, i) => text !== expected[i]);
    if (at >= 0)
      found(
        "out of order",
        `in ${source} at ${at}: ${brief(common[at] ?? "")} instead of ${brief(expected[at] ?? "")}`,
      );
  }
  for (const [key, text] of asked)
    if (wasDropped(key) && !acked.has(key) && !stored.has(text))
      found("lost", `neither sent nor failed, and out of its sender's sight: ${brief(text)}`);
  const again = new Set([...asked].filter(([key]) => retried.has(key)).map(([, text]) => text));
  for (const what of senders(name, order, again)) found("out of order", what);
  return once(findings);
}

/** Each sender's lines stand in the order they were said; one that failed and was said again has its place from then. */
function senders(name: string, order: readonly string[], again: ReadonlySet<string>): string[] {
  const wrong: string[] = [];
  const last = new Map<string, number>();
  for (const text of order) {
    const mark = markOf(text);
    if (!mark || mark.talk !== name || again.has(text)) continue;
    const before = last.get(mark.sender) ?? 0;
    if (mark.seq <= before) wrong.push(`in the transcript ${mark.sender} says ${mark.seq} after ${before}`);
    last.set(mark.sender, mark.seq);
  }
  return wrong;
}

export type Books = {
  /** Conversations that people are in: who of the agents answers. */
  talks: readonly { name: string; session: string; agent: string | undefined }[];
  /** Requests that the service holds open. `offers`: open ones of it. `agent`: of its session. */
  open: readonly { id: string; phase: string; offers: number; agent: string | undefined }[];
  /** Requests that have ended without a reason, or with one and yet with an open offer or session. */
  unended: readonly string[];
  /** Rooms that stand, by their local part. */
  rooms: readonly string[];
  /** Which sessions the service counts for each agent, as it tells colleagues. Absent: nobody could ask. */
  loads: ReadonlyMap<string, readonly string[]> | undefined;
  /** Who sits in each room, as `visitor`, `agent`, `service`; devices of one agent count once. */
  seats: ReadonlyMap<string, readonly string[]>;
};

/** I6 to I8: each request in one phase, agents as busy as they are, no room and no seat left behind. */
export function judgeBooks({ talks, open, unended, rooms, loads, seats }: Books): Finding[] {
  const findings: Finding[] = [];
  const wrong = (talk: string, what: string): void => void findings.push({ kind: "unsettled", talk, what });
  const bySession = new Map(talks.map((talk) => [talk.session, talk]));
  for (const id of twice(open.map((one) => one.id))) wrong("", `the request ${id} is there twice`);
  for (const { id, phase, offers, agent } of open) {
    const talk = bySession.get(id);
    if (talk === undefined) wrong("", `the request ${id} is open (${phase}), and nobody talks in it`);
    else if (phase !== "in-session") wrong(talk.name, `its people talk, and the request is ${phase}`);
    else if (offers > 0) wrong(talk.name, "its people talk, and it is offered as well");
    else if (agent !== undefined && talk.agent !== undefined && agent !== talk.agent)
      wrong(talk.name, `${talk.agent} talks in it, and the service says ${agent}`);
  }
  for (const id of unended) wrong("", `the request ${id} has ended without a word why, or not wholly`);
  const ids = new Set(open.map(({ id }) => id));
  for (const { session, name } of talks)
    if (!ids.has(session)) wrong(name, "its people talk, and the request has ended");
  for (const room of rooms) if (!bySession.has(room)) wrong("", `the room ${room} was left behind`);
  for (const [agent, sessions] of loads ?? []) {
    for (const session of sessions)
      if (bySession.get(session)?.agent !== agent)
        wrong("", `${agent} is busy with ${session}, and does not talk in it`);
    for (const talk of talks)
      if (talk.agent === agent && !sessions.includes(talk.session)) wrong(talk.name, `${agent} does not count it`);
  }
  for (const [session, roles] of seats) {
    const name = bySession.get(session)?.name ?? "";
    for (const role of ["visitor", "agent", "service"]) {
      const count = roles.filter((one) => one === role).length;
      if (count !== 1) wrong(name, `${count} seats of the ${role} in ${session}`);
    }
  }
  return findings;
}

/** How a talk ended that its people did not end. `awayMs`: for how long the visitor was away then; undefined in a queue. */
export type End = { name: string; reason: string; awayMs: number | undefined; graceMs: number };

/** I6: who is away too long is gone, after the grace and not before it. There is no other reason. */
export function judgeEnd({ name, reason, awayMs, graceMs }: End): Finding[] {
  const isGone = reason === "visitor-lost" || reason === "visitor-left";
  if (isGone && (awayMs === undefined || awayMs >= graceMs)) return [];
  const after = awayMs === undefined ? "" : ` when the visitor had been away for ${(awayMs / 1000).toFixed(1)} s`;
  return [{ kind: "unsettled", talk: name, what: `it ended by itself: ${reason}${after}` }];
}

/** One look at whether a service says that it is ready, and how long an ordinary request took. */
export type Look = { at: number; ready: boolean; ordinaryMs: number | undefined };

/** I9: while it cannot serve it says so. `out`: from when to when it could not; the first second it may not know. */
export function judgeReadiness(looks: readonly Look[], out: { from: number; to: number }): Finding[] {
  const wrong = looks.filter(({ at, ready }) => ready && at > out.from + 1_000 && at < out.to);
  if (wrong.length === 0) return [];
  return [
    { kind: "unsettled", talk: "", what: `the gateway said ${wrong.length} times that it is ready while it was not` },
  ];
}

/** I10: while others come back an ordinary request waits no longer than a second. */
export function judgeOrdinary(looks: readonly Look[], storm: { from: number; to: number }): Finding[] {
  const during = looks.filter(({ at }) => at >= storm.from && at <= storm.to);
  const slow = during.filter(({ ordinaryMs }) => ordinaryMs === undefined || ordinaryMs > 1_000);
  if (during.length > 0 && slow.length === 0) return [];
  const what = during.length === 0 ? "nobody looked during the storm" : `ordinary work waited ${slow.length} times`;
  return [{ kind: "unsettled", talk: "", what }];
}

/** I8, of a process: as many open files and sockets as before, give or take one in twenty. */
export function judgeHandles(name: string, before: number, after: number): Finding[] {
  if (after <= before * 1.05 + 5) return [];
  return [{ kind: "unsettled", talk: "", what: `${name} has ${after} open files and sockets, and had ${before}` }];
}

function twice(all: readonly string[]): string[] {
  const seen = new Set<string>();
  return all.filter((one) => seen.size === seen.add(one).size);
}

/** One sentence a line and source is enough. */
function once(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ kind, what }) => {
    const name = `${kind} ${what}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

export const brief = (text: string): string => text.slice(0, 40).replaceAll("\n", "⏎");
