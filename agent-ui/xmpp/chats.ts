/** The agent's chats on the wire: invitations, rooms, and finding them again after a break. */
import { bareJid } from "../../protocol/jid.ts";
import type { Invitation } from "../../protocol/muc.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import {
  buildEndSession,
  buildSessionsRequest,
  type OpenSession,
  parseSessions,
} from "../../protocol/workgroup/session.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { ChatFacts } from "../state/actions.ts";
import { isBeingRead } from "../state/chats.ts";
import type { ChatFile, Offer, Unsent } from "../state/model.ts";
import { createRoom, type Room } from "./room.ts";
import type { Wire } from "./wire.ts";

export type Kept = { draft: string; unsent: readonly Unsent[] };

export type Chats = {
  invited(invitation: Invitation): Promise<void>;
  /** Enters a room that a colleague has asked into by name. */
  follow(offer: Offer & { room: string }): void;
  /** In a new session: asks for our open chats, takes the seats, and ends what is ours no more. */
  restore(workgroups: readonly string[]): Promise<void>;
  /** A new session: no room knows us any more. */
  forgetSeats(): void;
  /** Takes the seats of the chats there are, as far as they are not taken; a room says itself whether it is over. */
  reenter(): void;
  resume(): void;
  suspend(): void;
  presence(stanza: Element): void;
  message(stanza: Element): void;
  /** With `file` it is that file, and the text its address. */
  say(room: string, text: string, file?: ChatFile): void;
  /** Takes an own line back; `of` is its stanza id. */
  retract(room: string, of: string): void;
  retry(room: string, key: string): void;
  typing(room: string, composing: boolean): void;
  /** Something changed in what the agent has before the eyes. */
  looked(): void;
  /** Ends the session for everybody. The room's end is what tells that it is done. */
  end(room: string): Promise<void>;
  close(room: string): void;
  stop(): void;
};

export function createChats(wire: Wire, kept: (room: string) => Kept): Chats {
  const rooms = new Map<string, Room>();

  function open(facts: ChatFacts, activate: boolean): void {
    wire.dispatch({ type: "chat-opened", facts, ...kept(facts.room), activate });
    const known = rooms.get(facts.room);
    // One that was over for us may come back: lost to the queue, and offered to us again.
    const room = known && !known.isOver ? known : createRoom(facts.room, wire.state.account?.name ?? "", wire);
    rooms.set(facts.room, room);
    room.enter();
  }

  async function sessionsOf(workgroup: string): Promise<OpenSession[] | undefined> {
    try {
      const answer = await wire.session.request("get", workgroup, buildSessionsRequest());
      return answer ? parseSessions(answer) : [];
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      return undefined;
    }
  }

  const factsOf = ({ verified, ...of }: OpenSession): ChatFacts => ({
    ...of,
    ...(verified && { verified }),
  });

  async function restoreOf(workgroup: string): Promise<void> {
    // What is opened while we ask is newer than the answer.
    const before = new Map(rooms);
    const list = await sessionsOf(workgroup);
    const mine = [...wire.state.chats.values()].filter(
      (chat) => chat.workgroup === workgroup && !chat.ended && before.get(chat.room) === rooms.get(chat.room),
    );
    for (const session of list ?? []) {
      // One that we are lent to belongs to a workgroup that would not answer us: ours is asked in its place.
      const isOwn = wire.state.workgroups.some(({ jid }) => jid === session.workgroup);
      open(factsOf(isOwn ? session : { ...session, workgroup }), false);
    }
    const listed = new Set(list?.map(({ room }) => room));
    for (const { room } of mine) {
      if (listed.has(room)) continue;
      // Not known to be over: the room itself says whether it is.
      if (list === undefined) rooms.get(room)?.enter();
      else wire.dispatch({ type: "chat-ended", room, at: wire.now(), end: { by: "service", name: "" } });
    }
  }

  return {
    follow({ room, session, workgroup, visitor, userId, metadata }) {
      open({ room, session, workgroup, visitor, userId, metadata, startedAt: wire.now() }, true);
    },
    async invited({ room, inviter, reason }) {
      const offer = wire.state.offers.find(({ session, phase }) => session === reason && phase.name !== "gone");
      const accepted = offer && (offer.phase.name === "opening" || offer.phase.name === "answering");
      if (accepted && bareJid(inviter) === (offer.askedBy?.owner ?? offer.workgroup)) {
        const { session, workgroup, visitor, userId, metadata, verified } = offer;
        const facts = { metadata, ...(verified && { verified }) };
        open({ room, session, workgroup, visitor, userId, ...facts, startedAt: wire.now() }, true);
        return;
      }
      // Anybody may invite anybody: what we did not ask for must stand in the workgroup's own list.
      const workgroup = wire.state.workgroups.find(({ jid }) => jid === bareJid(inviter));
      const sessions = workgroup && (await sessionsOf(workgroup.jid));
      const found = sessions?.find((one) => one.room === room && one.session === reason);
      if (found) open(factsOf(found), false);
    },
    async restore(workgroups) {
      await Promise.all(workgroups.map(restoreOf));
    },
    forgetSeats() {
      for (const room of rooms.values()) room.forget();
    },
    reenter() {
      for (const room of rooms.values()) room.enter();
    },
    resume() {
      for (const room of rooms.values()) room.resume();
    },
    suspend() {
      for (const room of rooms.values()) room.suspend();
    },
    presence(stanza) {
      rooms.get(bareJid(attr(stanza, "from") ?? ""))?.presence(stanza);
    },
    message(stanza) {
      rooms.get(bareJid(attr(stanza, "from") ?? ""))?.message(stanza);
    },
    say(room, text, file) {
      wire.dispatch({
        type: "line-written",
        room,
        at: wire.now(),
        key: crypto.randomUUID(),
        text,
        ...(file && { file }),
      });
      rooms.get(room)?.flush();
    },
    retract(room, of) {
      wire.dispatch({ type: "line-retracted", room, at: wire.now(), key: crypto.randomUUID(), of });
      rooms.get(room)?.flush();
    },
    retry(room, key) {
      void rooms.get(room)?.retry(key);
    },
    typing(room, composing) {
      rooms.get(room)?.typing(composing);
    },
    looked() {
      const { activeRoom } = wire.state;
      if (activeRoom !== null && isBeingRead(wire.state, activeRoom)) rooms.get(activeRoom)?.looked();
    },
    async end(room) {
      const chat = wire.state.chats.get(room);
      if (!chat || chat.ended) return;
      try {
        await wire.session.request("set", chat.workgroup, buildEndSession(chat.session));
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        // Unknown there: it is over already, and the room was lost to us.
        if (error.condition !== "item-not-found") return;
        wire.dispatch({ type: "chat-ended", room, at: wire.now(), end: { by: "service", name: "" } });
      }
    },
    close(room) {
      rooms.get(room)?.leave();
      rooms.delete(room);
      wire.dispatch({ type: "chat-closed", room });
    },
    stop() {
      for (const room of rooms.values()) room.suspend();
      rooms.clear();
    },
  };
}
