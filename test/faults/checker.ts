/**
 * Compares what everybody saw and was told with the archive and the transcript. It reads the journal, the views, Prosody's
 * archive and the workgroup service's tables, and takes nobody's word for how things went.
 */
import { parseXml } from "../support/xml.ts";
import type { House } from "./house.ts";
import { type Entry, markOf } from "./journal.ts";
import type { Talk } from "./people.ts";
import type { Shown } from "./watcher.ts";

export type Kind = "lost" | "doubled" | "out of order" | "damaged" | "unsettled" | "astray";
export type Finding = { kind: Kind; talk: string; what: string };

/** What the journal knows of each talk's lines, kept up to date as the run goes. */
export class Ledger {
  readonly asked = new Map<string, Map<string, string>>(); // talk → key → text
  readonly acked = new Map<string, Set<string>>(); // talk → keys
  readonly retried = new Set<string>(); // keys
  failed = 0;

  take(entry: Entry): void {
    if (entry.what === "asked") mapOf(this.asked, entry.talk).set(entry.key, entry.text);
    else if (entry.what === "acked") setOf(this.acked, entry.talk).add(entry.key);
    else if (entry.what === "retried") this.retried.add(entry.key);
    else if (entry.what === "failed") this.failed += 1;
  }
}

type Kept = { id: string; key: string; text: string };

export class Checker {
  readonly #house: House;
  readonly #ledger: Ledger;

  constructor(house: House, ledger: Ledger) {
    this.#house = house;
    this.#ledger = ledger;
  }

  /** Everything about one talk. @param open whether its room still stands, with its archive */
  async check(talk: Talk, open: boolean): Promise<Finding[]> {
    const { name, session } = talk;
    const findings: Finding[] = [];
    const found = (kind: Kind, what: string): void => void findings.push({ kind, talk: name, what });
    const transcript = await this.transcript(session);
    const sources = new Map<string, Kept[]>([["transcript", transcript]]);
    if (open) sources.set("archive", await this.archive(session));
    const views = await talk.views().catch((error: unknown) => {
      found("unsettled", `its views cannot be read: ${String(error).split("\n")[0]}`);
      return new Map<string, Shown[]>();
    });
    for (const [view, lines] of views) sources.set(view, lines.map(keptOf));

    const asked = this.#ledger.asked.get(name) ?? new Map<string, string>();
    const texts = new Set(asked.values());
    const order = transcript.map(({ text }) => text);
    const stored = new Set(order);
    for (const [source, lines] of sources) {
      for (const text of twice(lines.map((line) => line.text))) found("doubled", `in ${source}: ${brief(text)}`);
      for (const id of twice(lines.map((line) => line.id))) found("doubled", `in ${source}: the id ${id}`);
      for (const { text } of lines) {
        if (texts.has(text)) continue;
        const mark = markOf(text);
        found(mark?.talk === name ? "damaged" : "astray", `in ${source}: ${brief(text)}`);
      }
      const here = new Set(lines.map((line) => line.text));
      for (const key of this.#ledger.acked.get(name) ?? []) {
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
    this.#senders(name, transcript, asked, found);
    return dedupe(findings);
  }

  /** Each sender's lines stand in the order they were said; one that failed and was said again has its place from then. */
  #senders(
    name: string,
    transcript: Kept[],
    asked: Map<string, string>,
    found: (kind: Kind, what: string) => void,
  ): void {
    const again = new Set([...asked].filter(([key]) => this.#ledger.retried.has(key)).map(([, text]) => text));
    const last = new Map<string, number>();
    for (const { text } of transcript) {
      const mark = markOf(text);
      if (!mark || mark.talk !== name || again.has(text)) continue;
      if (mark.seq <= (last.get(mark.sender) ?? 0))
        found("out of order", `in the transcript ${mark.sender} says ${mark.seq} after ${last.get(mark.sender)}`);
      last.set(mark.sender, mark.seq);
    }
  }

  /**
   * The service's own books: every open request is one of these talks, each in a session with its agent, and every room
   * that stands is theirs.
   */
  async books(talks: readonly Talk[]): Promise<Finding[]> {
    const sessions = new Map(talks.map(({ session, name }) => [session, name]));
    const findings: Finding[] = [];
    const wrong = (talk: string, what: string): void => void findings.push({ kind: "unsettled", talk, what });
    const { rows } = await this.#house.db.query<{ id: string; phase: string }>(
      "SELECT id, phase ->> 'name' AS phase FROM requests WHERE ended_at IS NULL",
    );
    for (const { id, phase } of rows) {
      const name = sessions.get(id);
      if (name === undefined) wrong("", `the request ${id} is open (${phase}), and nobody talks in it`);
      else if (phase !== "in-session") wrong(name, `its people talk, and the request is ${phase}`);
    }
    const open = new Set(rows.map(({ id }) => id));
    for (const [session, name] of sessions)
      if (!open.has(session)) wrong(name, "its people talk, and the request has ended");
    for (const room of await this.rooms()) if (!sessions.has(room)) wrong("", `the room ${room} was left behind`);
    return findings;
  }

  /** Rooms that stand, by their local part. */
  async rooms(): Promise<string[]> {
    const { rows } = await this.#house.archive.query<{ user: string }>(
      `SELECT DISTINCT "user" FROM prosody WHERE host = $1 AND store = 'config' AND "user" IS NOT NULL`,
      [`conference.${this.#house.domain}`],
    );
    return rows.map(({ user }) => user);
  }

  async transcript(session: string): Promise<Kept[]> {
    const { rows } = await this.#house.db.query<Kept>(
      "SELECT stanza_id AS id, key, body AS text FROM transcript_lines WHERE session_id = $1 AND kind = 'line' ORDER BY transcript_lines.id",
      [session],
    );
    return rows;
  }

  async archive(session: string): Promise<Kept[]> {
    const { rows } = await this.#house.archive.query<{ key: string; value: string }>(
      `SELECT key, value FROM prosodyarchive WHERE host = $1 AND "user" = $2 AND store = 'muc_log' ORDER BY sort_id`,
      [`conference.${this.#house.domain}`, session],
    );
    return rows.flatMap(({ key, value }) => {
      const stanza = parseXml(value);
      const text = stanza.getChildText("body");
      // What the service says of itself is no line of a person.
      if (text === null || markOf(text) === undefined) return [];
      return [{ id: key, key: String(stanza.attrs.id ?? ""), text }];
    });
  }
}

const keptOf = ({ id, key = "", text }: Shown): Kept => ({ id, key, text });

function twice(all: string[]): string[] {
  const seen = new Set<string>();
  return all.filter((one) => seen.size === seen.add(one).size);
}

/** One sentence a line and source is enough. */
function dedupe(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ kind, what }) => {
    const name = `${kind} ${what}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

export const brief = (text: string): string => text.slice(0, 40).replaceAll("\n", "⏎");

function mapOf(maps: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const map = maps.get(name) ?? new Map<string, string>();
  maps.set(name, map);
  return map;
}
function setOf(sets: Map<string, Set<string>>, name: string): Set<string> {
  const set = sets.get(name) ?? new Set<string>();
  sets.set(name, set);
  return set;
}
