/**
 * An agent's desk: everything between signing in and signing out. Turns what arrives into actions and what the agent
 * wants into stanzas. After every break it finds out anew where things stand, and trusts nothing it remembers.
 */
import { bareJid, domainOf } from "../../protocol/jid.ts";
import { parseInvitation } from "../../protocol/muc.ts";
import { NS_MESSAGES } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { parseColleagueInvitation } from "../../protocol/workgroup/handover.ts";
import { parseMessages } from "../../protocol/workgroup/messages.ts";
import { attr, child, type Element } from "../../protocol/xml.ts";
import type { Action } from "../state/actions.ts";
import type { SignInProblem, State, Status } from "../state/model.ts";
import { createChats, type Kept } from "./chats.ts";
import { chatFile, type FileStore, NO_FILES } from "./file-store.ts";
import type { IqHandlers } from "./iq-answers.ts";
import { createOffers } from "./offers.ts";
import { createQueries } from "./queries.ts";
import type { Session, SessionEvents, SessionRefusal } from "./session.ts";
import { createUploads } from "./uploads.ts";
import type { Wire } from "./wire.ts";
import { createWorkgroups } from "./workgroups.ts";

/** The service does not answer: asked again after this time, which doubles up to the second. */
const SERVICE_AGAIN_MS = 1000;
const SERVICE_LATEST_MS = 8000;
/** Our rooms wait no longer than this for the service to say which are ours. */
const SERVICE_PATIENCE_MS = 3000;
/** The first sign-in gives up after this time, so that a wrong address is not a spinner for ever. */
const FIRST_MS = 30_000;

export type Desk = {
  setStatus(status: Status): void;
  answerOffer(id: string, accepted: boolean): void;
  say(room: string, text: string): void;
  /** Takes an own line back; `of` is its stanza id. */
  retract(room: string, of: string): void;
  retry(room: string, key: string): void;
  sendFiles(room: string, files: readonly File[]): void;
  /** A file that was not sent is tried again, or put away; one under way is stopped. */
  retryFile(room: string, key: string): void;
  dropFile(room: string, key: string): void;
  typing(room: string, composing: boolean): void;
  /** What the agent has before the eyes may be another thing: to be called after each change of the state. */
  looked(): void;
  endChat(room: string): void;
  /** Puts an ended chat away. */
  closeChat(room: string): void;
  loadEarlier(room: string): void;
  loadTranscript(room: string, session: string): void;
  markHandled(id: string): void;
  /** The network or the page came back: look at the link at once. */
  probe(): void;
  signOut(): Promise<void>;
  /** The page goes away: nobody must offer to it any more. Open chats wait their grace for the agent to come back. */
  leave(): void;
};

export type DeskDeps = {
  service: string;
  /** Makes the link; the real one is `createSession`. */
  connect(of: { handlers: IqHandlers; events: SessionEvents }): Session;
  dispatch(action: Action): void;
  state(): State;
  now(): number;
  /** What this browser kept of a chat: draft and unsent lines. */
  kept(room: string): Kept;
  /** Where files are; without it none are sent, and none are shown. */
  files?: FileStore;
};

/** Connects at once. What comes of it arrives as actions, `signed-in` or `signed-out` at the end of the first part. */
export function createDesk({ service, connect, dispatch, state, now, kept, files = NO_FILES }: DeskDeps): Desk {
  let over = false;
  let greeted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = SERVICE_AGAIN_MS;

  const session = connect({
    handlers: {
      offer: (payload, from) => offers.received(payload, from),
      revoke: (payload) => offers.revoked(payload),
    },
    events: {
      up: (resumed) => void (resumed && greeted ? resume() : greet()),
      down() {
        clearTimeout(timer);
        clearTimeout(patience);
        dispatch({ type: "link-lost", at: now() });
        chats.suspend();
        workgroups.stop();
      },
      retrying: (at) => dispatch({ type: "link-retry", retryAt: at }),
      refused: (why: SessionRefusal) => finish(why),
      stanza,
    },
  });

  const wire: Wire = {
    session,
    dispatch,
    get state() {
      return state();
    },
    now,
    files,
  };
  const workgroups = createWorkgroups(wire);
  const chats = createChats(wire, kept);
  const offers = createOffers(wire, (offer) => chats.follow(offer));
  const queries = createQueries(wire);
  const uploads = createUploads(wire, service, files, (room, file) => {
    const ours = chatFile(file, files);
    if (ours) chats.say(room, file.url, ours);
  });

  dispatch({ type: "sign-in-started" });
  const giveUp = setTimeout(() => {
    finish("unreachable");
    void session.stop();
  }, FIRST_MS);

  /** A new session: nobody knows us. */
  async function greet(): Promise<void> {
    pauseMs = SERVICE_AGAIN_MS;
    chats.forgetSeats();
    if (!state().account) return void (await ask());
    // At once: what was offered to our old address goes with it, and what is offered to this one, while we still ask, stays.
    dispatch({ type: "link-up", at: now(), resumed: false });
    greeted = true;
    // The workgroup service may be away, but the rooms are not: those who wait there must not wait for it too.
    patience = setTimeout(chats.reenter, SERVICE_PATIENCE_MS);
    const mine = patience;
    const answered = await ask();
    clearTimeout(mine);
    if (!answered && !over && session.isUp) chats.reenter();
  }

  /** Which workgroups and chats are ours; false when the service does not say, and then it is asked again and again. */
  async function ask(): Promise<boolean> {
    try {
      const found = await workgroups.find(service);
      if (over || !session.isUp) return true;
      if (found.length === 0) {
        finish("not-an-agent");
        void session.stop();
        return true;
      }
      const name = state().account?.name ?? (await workgroups.ownName(found[0]));
      if (over || !session.isUp) return true;
      clearTimeout(giveUp);
      if (state().connection.phase === "offline") dispatch({ type: "link-up", at: now(), resumed: false });
      dispatch({ type: "signed-in", jid: bareJid(session.jid), name, workgroups: found });
      greeted = true;
      workgroups.announce();
      await chats.restore(found);
      return true;
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      if (over || !session.isUp) return true;
      timer = setTimeout(ask, pauseMs);
      pauseMs = Math.min(SERVICE_LATEST_MS, pauseMs * 2);
      return false;
    }
  }

  /** The same session goes on: the server has kept what came meanwhile. */
  function resume(): void {
    dispatch({ type: "link-up", at: now(), resumed: true });
    workgroups.announce();
    chats.resume();
  }

  function stanza(incoming: Element): void {
    if (incoming.name === "presence") {
      if (!workgroups.presence(incoming)) chats.presence(incoming);
      return;
    }
    const invitation = parseInvitation(incoming);
    if (invitation) {
      const byName = isService(invitation.inviter) && isRoom(invitation.room) && parseColleagueInvitation(incoming);
      if (byName) return offers.invited(byName, invitation.room, invitation.reason);
      return void chats.invited(invitation);
    }
    const from = bareJid(attr(incoming, "from") ?? "");
    const left = child(incoming, "messages", NS_MESSAGES);
    if (left && state().workgroups.some(({ jid }) => jid === from)) {
      for (const message of parseMessages(left)) dispatch({ type: "message-told", message });
      return;
    }
    chats.message(incoming);
  }

  /** Anybody may invite anybody, but who invites is the room's word, and our rooms tell the truth. */
  function isService(inviter: string): boolean {
    return domainOf(inviter) === service;
  }

  function isRoom(room: string): boolean {
    return domainOf(room) === service.replace(/^workgroup\./, "conference.");
  }

  /** The end of it, by the server's or our own wish. */
  function finish(problem: SignInProblem | null): void {
    if (over) return;
    over = true;
    clearTimeout(giveUp);
    clearTimeout(timer);
    clearTimeout(patience);
    workgroups.stop();
    chats.stop();
    dispatch({ type: "signed-out", problem });
  }

  return {
    setStatus(status) {
      dispatch({ type: "status-set", status });
      if (session.isUp && greeted) workgroups.announce();
    },
    answerOffer: (id, accepted) => void offers.answer(id, accepted),
    say: (room, text) => chats.say(room, text),
    retract: (room, of) => chats.retract(room, of),
    retry: (room, key) => chats.retry(room, key),
    sendFiles: (room, list) => uploads.send(room, list),
    retryFile: (room, key) => uploads.again(room, key),
    dropFile: (room, key) => uploads.drop(room, key),
    typing: (room, composing) => chats.typing(room, composing),
    looked: () => chats.looked(),
    endChat: (room) => void chats.end(room),
    closeChat: (room) => chats.close(room),
    loadEarlier: (room) => void queries.earlier(room),
    loadTranscript: (room, of) => void queries.transcript(room, of),
    markHandled: (id) => void queries.handled(id),
    probe: () => session.probe(),
    leave() {
      if (!session.isUp) return;
      workgroups.signOut();
      session.leave();
    },
    async signOut() {
      if (session.isUp) workgroups.signOut();
      finish(null);
      await session.stop();
    },
  };
}
