/**
 * Gathers what everybody saw and was told, the archive, the transcript and the service's books, and has them judged. It
 * reads the journal, the views, Prosody's archive and the tables, and takes nobody's word for how things went.
 */
import { parseXml } from "../support/xml.ts";
import type { House } from "./house.ts";
import { markOf } from "./journal.ts";
import { type Books, type Finding, judgeBooks, judgeTalk, type Kept } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import type { Talk } from "./people.ts";
import type { Shown } from "./watcher.ts";

/** What the workgroup service tells agents of each other: sessions by agent. */
export type AskLoads = () => Promise<ReadonlyMap<string, readonly string[]> | undefined>;

export class Checker {
  readonly #house: House;
  readonly #ledger: Ledger;
  /** What was found to be in order once need not be read again: how many ended requests there were. */
  #endedBefore = new Date(0);

  constructor(house: House, ledger: Ledger) {
    this.#house = house;
    this.#ledger = ledger;
  }

  /** Everything about one talk. @param open whether its room still stands, with its archive */
  async check(talk: Talk, open: boolean): Promise<Finding[]> {
    const { name, session } = talk;
    const unreadable: Finding[] = [];
    const others = new Map<string, Kept[]>();
    if (open) others.set("archive", await this.archive(session));
    const views = await talk.views().catch((error: unknown) => {
      const what = `its views cannot be read: ${String(error).split("\n")[0]}`;
      unreadable.push({ kind: "unsettled", talk: name, what });
      return new Map<string, Shown[]>();
    });
    for (const [view, lines] of views) others.set(view, lines.map(keptOf));
    const ledger = this.#ledger;
    const judged = judgeTalk({
      name,
      asked: ledger.asked.get(name) ?? new Map(),
      acked: ledger.acked.get(name) ?? new Set(),
      retried: ledger.retried,
      wasDropped: (key) => ledger.wasDropped(key),
      transcript: await this.transcript(session),
      others,
    });
    return [...unreadable, ...judged];
  }

  /** The service's own books against who really talks. */
  async books(talks: readonly Talk[], askLoads: AskLoads): Promise<Finding[]> {
    const { db } = this.#house;
    const open = await db.query<{ id: string; phase: string; offers: number; agent: string | null }>(
      `SELECT r.id, r.phase ->> 'name' AS phase, s.agent,
              coalesce(jsonb_array_length(r.phase -> 'offers'), 0) AS offers
       FROM requests r LEFT JOIN sessions s ON s.id = r.id AND s.ended_at IS NULL WHERE r.ended_at IS NULL`,
    );
    const now = new Date();
    const ended = await db.query<{ id: string }>(
      `SELECT r.id FROM requests r LEFT JOIN sessions s ON s.id = r.id AND s.ended_at IS NULL
       WHERE r.ended_at >= $1 AND (r.end_reason IS NULL OR r.ended_by IS NULL OR s.id IS NOT NULL
         OR EXISTS (SELECT FROM offers o WHERE o.request_id = r.id AND o.ended_at IS NULL))`,
      [this.#endedBefore],
    );
    if (ended.rows.length === 0) this.#endedBefore = now;
    const books: Books = {
      talks: talks.map(({ name, session, agent }) => ({ name, session, agent })),
      open: open.rows.map(({ id, phase, offers, agent }) => ({ id, phase, offers, agent: agent ?? undefined })),
      unended: ended.rows.map(({ id }) => id),
      rooms: await this.rooms(),
      loads: await askLoads(),
      seats: new Map(talks.flatMap(({ session, seats }) => (seats ? [[session, seats()] as const] : []))),
    };
    return judgeBooks(books);
  }

  /** Rooms of talks that stand, by their local part; each workgroup has one of its own for all time. */
  async rooms(): Promise<string[]> {
    const { rows } = await this.#house.archive.query<{ user: string }>(
      `SELECT DISTINCT "user" FROM prosody WHERE host = $1 AND store = 'config' AND "user" IS NOT NULL`,
      [`conference.${this.#house.domain}`],
    );
    const { rows: workgroups } = await this.#house.db.query<{ node: string }>("SELECT node FROM workgroups");
    const own = new Set(workgroups.map(({ node }) => `workgroup-${node}`));
    return rows.map(({ user }) => user).filter((room) => !own.has(room));
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
