/** A visitor's seat in the room of its session: what happens there as facts, lines and typing, and nothing of XMPP beyond. */
import {
  buildDisplayed,
  buildMarkable,
  buildReceipt,
  buildReplace,
  buildRetraction,
} from "../../protocol/line-changes.ts";
import type { RoomEntry, RoomLine } from "../../protocol/room-message.ts";
import { buildSharedFile } from "../../protocol/shared-file.ts";
import type { StanzaError } from "../../protocol/stanza-error.ts";
import { parseServiceLine, parseSessionEnd } from "../../protocol/workgroup/session.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Departure, Occupant, RoomSeat, RoomSeats, SeatEvent } from "../../runtime/xmpp/room-seat.ts";
import { type Entry, isChange, isOwn, type ViewFile, type Voices, viewEntry } from "../domain/line.ts";
import type { VisitFact } from "../domain/visit.ts";
import type { LineSeat } from "./conversation.ts";

export type VisitSeat = LineSeat & {
  readonly room: string;
  /** From now on `on…` are called, first with what happened since the seat was taken. */
  listen(): void;
  /** The agents who are there now, by name. */
  agents(): string[];
  typing(active: boolean): void;
  check(): Promise<"joined" | "not-joined" | "unknown">;
  /** Leaves the room, without waiting for it. */
  leave(): void;
  /** Listens no more; the room is told nothing. */
  abandon(): void;
};

export type VisitSeatOptions = {
  seats: RoomSeats;
  /** Bare JID. */
  room: string;
  jid: string;
  nick: string;
  now(): number;
  viewFile: ViewFile;
  /** `onArrival` is to be called when the visitor's page has it. */
  onEntry(entry: Entry, onArrival?: () => void): void;
  /** A line of our own that the room said but did not archive. */
  onUnarchived(): void;
  onBounce(id: string | null, error: StanzaError): void;
  onTyping(name: string, active: boolean): void;
  onFact(fact: VisitFact): void;
};

/** Lines of a page given out at a time, and about how much text: a page on a slow line must get through one at a time. */
const CHUNK = 50;
const CHUNK_CHARACTERS = 50_000;

/** Takes the seat. Rejects with the room's StanzaError, or with LinkDown. */
export async function takeVisitSeat(options: VisitSeatOptions): Promise<VisitSeat> {
  const { seats, room, jid, nick, now, viewFile, onBounce, onTyping, onFact } = options;
  const services = { nicks: new Set<string>(), occupantIds: new Set<string>() };
  let seat: RoomSeat | null = null;
  let listening = true;
  // Events may come in the same breath as the room's answer, before the caller holds the seat.
  let early: SeatEvent[] | null = [];

  const voices = (): Voices => ({
    own: { nick: seat?.nick ?? nick, occupantId: seat?.occupantId ?? null },
    service: services,
  });

  const view = (entry: RoomEntry, stanza?: Element): Entry | null =>
    viewEntry(entry, stanza && parseServiceLine(stanza), voices(), now(), viewFile);

  /** What is news and no promise: when it cannot be sent now, it is not sent. */
  const tell = (message: Element): void => void seat?.send(message).catch(() => undefined);

  /** The workgroup owns the room; everybody else but ourselves is an agent. True for an agent. */
  function meet({ nick: name, occupantId, affiliation }: Occupant): boolean {
    if (affiliation !== "owner") return true;
    services.nicks.add(name);
    if (occupantId !== null) services.occupantIds.add(occupantId);
    return false;
  }

  function handle(event: SeatEvent): void {
    switch (event.type) {
      case "line":
        return said(event.line, event.stanza);
      case "retraction":
        return changed(event.retraction);
      case "marker":
        return changed(event.marker);
      case "state": {
        const agent = !isOwn(event, voices()) && !services.nicks.has(event.nick);
        if (agent) onTyping(event.nick, event.state === "composing");
        return;
      }
      case "joined":
        if (meet(event.occupant)) onFact({ type: "agent-entered", room, name: event.occupant.nick, at: now() });
        return;
      case "changed":
        return renamed(event.before, event.occupant);
      case "left":
        if (meet(event.occupant)) onFact({ type: "agent-left", room, name: event.occupant.nick, at: now() });
        return;
      case "refused":
        return onBounce(event.id, event.error);
      case "unseated":
        listening = false;
        return onFact(unseated(room, event.how, event.reason, now()));
      case "subject":
        return;
    }
  }

  function said(line: RoomLine, stanza: Element): void {
    const shown = view(line, stanza);
    if (shown) {
      const isAsked = line.asksReceipt && shown.from.kind === "agent";
      options.onEntry(shown, isAsked ? () => acknowledge(line) : undefined);
    } else unarchived(line);
    if (shown && !isChange(shown) && shown.service === "requeued") onFact({ type: "requeued", room, at: now() });
  }

  /** XEP-0184, to the sender alone. */
  function acknowledge({ nick: to, id }: RoomLine): void {
    if (id !== null) tell(buildReceipt({ from: jid, to: `${room}/${to}`, id: crypto.randomUUID(), of: id }));
  }

  function changed(entry: RoomEntry): void {
    const shown = view(entry);
    if (shown) options.onEntry(shown);
    else if (entry.kind === "retraction") unarchived(entry);
  }

  function unarchived(entry: RoomEntry): void {
    if (entry.stanzaId === null) options.onUnarchived();
  }

  function renamed(before: Occupant, after: Occupant): void {
    if (before.nick === after.nick || !meet(after)) return;
    onFact({ type: "agent-left", room, name: before.nick, at: now() });
    onFact({ type: "agent-entered", room, name: after.nick, at: now() });
  }

  const onEvent = (event: SeatEvent): void => {
    if (!listening) return;
    if (early) early.push(event);
    else handle(event);
  };

  const taken = await seats.join({ room, jid, nick, onEvent });
  seat = taken;
  for (const occupant of taken.occupants.values()) meet(occupant);

  return {
    room,
    listen: () => {
      const missed = early ?? [];
      early = null;
      for (const event of missed) if (listening) handle(event);
    },
    agents: () => [...taken.occupants.values()].filter((one) => one.affiliation !== "owner").map((one) => one.nick),
    say(key, text, of, file) {
      const extra = [...(file ? buildSharedFile(file) : []), buildMarkable()];
      if (of === undefined) return taken.say({ id: key, text, extra });
      if (text === "") return taken.send(buildRetraction({ from: jid, room, id: key, of }));
      return taken.say({ id: key, text, extra: [buildReplace(of), buildMarkable()] });
    },
    mark: (of) => tell(buildDisplayed({ from: jid, room, id: crypto.randomUUID(), of })),
    typing: (active) => void taken.sendState(active ? "composing" : "paused").catch(() => undefined),
    check: () => taken.check(),
    leave: () => {
      listening = false;
      void taken.leave();
    },
    abandon: () => {
      listening = false;
    },
    async *read(after) {
      let chunk: Entry[] = [];
      let characters = 0;
      for await (const { entry, stanza } of taken.catchUp(after)) {
        const shown = view(entry, stanza);
        if (!shown) continue;
        chunk.push(shown);
        characters += shown.text.length;
        if (chunk.length < CHUNK && characters < CHUNK_CHARACTERS) continue;
        yield chunk;
        chunk = [];
        characters = 0;
      }
      if (chunk.length > 0) yield chunk;
    },
  };
}

function unseated(room: string, how: Departure, reason: string, at: number): VisitFact {
  if (how === "destroyed") return { type: "room-destroyed", room, end: parseSessionEnd(reason), at };
  // Not our wish, and not a matter of the line: somebody wanted us out.
  const evicted = how === "kicked" || how === "banned" || how === "removed";
  return { type: "seat-lost", room, evicted };
}
