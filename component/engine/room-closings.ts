/**
 * Rooms whose session has ended: each is closed for lines, its archive read to the end and stored, and then it is destroyed.
 * So nothing is shown to anybody as said that is in no transcript. Whatever comes in between, all of it is done again: a
 * room that stands is one that is not through with this, and the database knows which (see `roomsToClose`).
 */
import { bareJid } from "../../protocol/jid.ts";
import { buildDestroy, buildRoomClosing } from "../../protocol/muc.ts";
import { formatSessionEnd, type SessionEnd } from "../../protocol/workgroup/session.ts";
import type { Log } from "../../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { EndedBy } from "../domain/effects.ts";
import { nameOf } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import { type Database, isAway } from "../store/db.ts";
import { roomClosed } from "../store/requests.ts";
import { indexSession } from "../store/search.ts";
import type { Recorder } from "./recorder.ts";
import { askRoom, RETRY_MS } from "./room-orders.ts";
import type { SessionRoom } from "./session-room.ts";
import type { Workgroup } from "./workgroup.ts";

export type RoomClosingsDeps = {
  db: Database;
  link: ComponentLink;
  log: Log;
  now(): number;
  recorder: Recorder;
  /** A session's room is gone and its transcript complete. May come twice, after a crash. */
  closed?(session: string): void;
};

type Closing = {
  room: SessionRoom;
  /** As its people shall read it. */
  end: SessionEnd;
  underWay?: Promise<void> | undefined;
};

export class RoomClosings {
  readonly #deps: RoomClosingsDeps;
  readonly #waiting = new Map<string, Closing>();

  constructor(deps: RoomClosingsDeps) {
    this.#deps = deps;
  }

  /** The room of a session that has ended, while it stands. */
  roomOf(session: string): SessionRoom | undefined {
    return this.#waiting.get(session)?.room;
  }

  /** Notes a room that is to be closed; `work` does it. */
  add(room: SessionRoom, end: SessionEnd): void {
    this.#waiting.set(room.session, { room, end });
  }

  /** One order for each room that waits. They do not reject. */
  work(): (() => Promise<void>)[] {
    return [...this.#waiting.keys()].map((session) => () => this.close(session));
  }

  /** Closes a room that was added. Tried again until it is done; the return of a link that is down calls for it anew. */
  close(session: string): Promise<void> {
    const entry = this.#waiting.get(session);
    if (entry === undefined || !this.#deps.link.online) return Promise.resolve();
    entry.underWay ??= this.#close(entry).finally(() => {
      entry.underWay = undefined;
    });
    return entry.underWay;
  }

  async #close({ room, end }: Closing): Promise<void> {
    const { link, log, recorder, db, now } = this.#deps;
    const { session } = room;
    try {
      // Orders for one room are carried out one after the other.
      await room.preparing?.catch(() => undefined);
      // What is said from here on is refused: who had it shown as said after the reading would be mistaken.
      await askRoom(link, room, buildRoomClosing());
      await room.readToEnd();
      await recorder.settled();
      await this.#index(session);
      await askRoom(link, room, buildDestroy({ reason: formatSessionEnd(end) }));
      await roomClosed(db, session, now());
      this.#waiting.delete(session);
      log.info("room closed", { session });
      this.#deps.closed?.(session);
    } catch (error) {
      // Its return begins anew. But the seat alone may be lost, while the archive was read.
      if (error instanceof LinkDown && !link.online) return;
      log.warn("a room could not be closed yet", { session, error });
      setTimeout(() => void this.close(session), RETRY_MS).unref();
    }
  }

  /** A talk that cannot be searched must not keep its room open; a database that is away is waited for. */
  async #index(session: string): Promise<void> {
    try {
      await indexSession(this.#deps.db, session);
    } catch (error) {
      if (isAway(error)) throw error;
      this.#deps.log.error("what was said cannot be searched", { session, error });
    }
  }
}

/** The end of a session, with the name of who ended it. */
export function sessionEnd({ committed }: Workgroup, request: Request, by: EndedBy): SessionEnd {
  if (by.kind === "visitor") return { by: "visitor", name: nameOf(request.metadata) };
  if (by.kind === "service") return { by: "service", name: "" };
  const agent = committed.settings.agents.find(({ jid }) => jid === bareJid(by.jid));
  return { by: "agent", name: agent?.name ?? "" };
}
