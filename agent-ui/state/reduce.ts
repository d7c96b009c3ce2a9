/** The one step of the workspace: state and action in, next state out. Late and doubled actions are normal and change nothing. */
import type { Action } from "./actions.ts";
import { createChat, reduceChat } from "./chats.ts";
import { type Chat, initialState, type State, type Unsent, type Workgroup } from "./model.ts";
import { reduceOffers } from "./offers.ts";

export function reduce(state: State, action: Action): State {
  const next = reduceRest(reduceChats(state, action), action);
  const offers = reduceOffers(next.offers, action);
  return offers === next.offers ? next : { ...next, offers };
}

function reduceRest(state: State, action: Action): State {
  switch (action.type) {
    case "tick":
      return { ...state, now: action.at };
    case "focus-changed":
      return readActive({ ...state, focused: action.focused });
    case "sign-in-started":
      return { ...state, connection: { phase: "signing-in" } };
    case "signed-in":
      return signedIn(state, action);
    case "signed-out":
      // Nothing of the account stays, save what the agent chose for the next time.
      return {
        ...initialState(state.now),
        focused: state.focused,
        status: state.status,
        connection: { phase: "signed-out", problem: action.problem },
      };
    case "link-lost":
      return state.connection.phase === "online" || state.connection.phase === "signing-in"
        ? { ...state, connection: { phase: "offline", since: action.at, retryAt: null } }
        : state;
    case "link-retry":
      return state.connection.phase === "offline"
        ? { ...state, connection: { ...state.connection, retryAt: action.retryAt } }
        : state;
    case "link-up":
      return state.connection.phase === "offline"
        ? { ...state, connection: { phase: "online", recoveredAt: action.at } }
        : state;
    case "status-set":
      return { ...state, status: action.status };
    case "workgroup-told":
      return withWorkgroup(state, action.jid, action.facts);
    case "queue-told":
      return withWorkgroup(state, action.workgroup, { queue: action.queue, reach: "ready" });
    case "waiting-told":
      return withWorkgroup(state, action.workgroup, { waiting: action.waiting });
    case "messages-listed":
      return {
        ...state,
        messages: newestFirst([
          ...state.messages.filter(({ workgroup }) => workgroup !== action.workgroup),
          ...action.messages,
        ]),
      };
    case "message-told":
      return withMessage(state, action.message);
    case "message-handled":
      return { ...state, messages: state.messages.filter(({ id }) => id !== action.id) };
    case "chat-selected":
      return readActive({ ...state, activeRoom: action.room, place: "chats" });
    case "place-selected":
      return readActive({ ...state, place: action.place });
    case "panel-selected":
      return { ...state, panel: action.panel };
    case "earlier-told":
      return { ...state, earlier: { ...state.earlier, [action.userId]: action.list } };
    case "transcript-told":
      return { ...state, transcripts: { ...state.transcripts, [action.session]: action.entries } };
    default:
      return state;
  }
}

function reduceChats(state: State, action: Action): State {
  if (action.type === "chat-opened") return chatOpened(state, action);
  if (action.type === "chat-closed") return chatClosed(state, action.room);
  if (!("room" in action) || action.room === null || action.type === "chat-selected") return state;
  const chat = state.chats.get(action.room);
  if (!chat) return state;
  return withChat(state, reduceChat(chat, action, state));
}

function chatOpened(state: State, action: Extract<Action, { type: "chat-opened" }>): State {
  const { room } = action.facts;
  const there = state.chats.get(room);
  const next = there && !there.ended ? state : withChat(state, openedAnew(there, action));
  if (!action.activate) return next;
  return readActive({ ...next, activeRoom: room, place: "chats" });
}

/**
 * An ended chat that is opened again, as by a new offer, begins anew: its archive tells what was said. What was not sent when
 * it ended stays before its writer's eyes.
 */
function openedAnew(ended: Chat | undefined, action: Extract<Action, { type: "chat-opened" }>): Chat {
  const left = (ended?.unsent ?? []).map((one): Unsent => ({ ...one, state: "failed" }));
  return createChat(action.facts, action.draft || (ended?.draft ?? ""), [...left, ...action.unsent]);
}

function chatClosed(state: State, room: string): State {
  const chats = new Map(state.chats);
  chats.delete(room);
  return { ...state, chats, activeRoom: state.activeRoom === room ? null : state.activeRoom };
}

function withChat(state: State, chat: Chat): State {
  if (state.chats.get(chat.room) === chat) return state;
  const chats = new Map(state.chats);
  chats.set(chat.room, chat);
  return { ...state, chats };
}

/** What lies open before the agent is read. */
function readActive(state: State): State {
  const chat = state.activeRoom === null ? undefined : state.chats.get(state.activeRoom);
  if (!chat || chat.unread === 0 || !state.focused || state.place !== "chats") return state;
  return withChat(state, { ...chat, unread: 0 });
}

function signedIn(state: State, { jid, name, workgroups }: Extract<Action, { type: "signed-in" }>): State {
  const known = new Map(state.workgroups.map((one) => [one.jid, one]));
  return {
    ...state,
    connection: state.connection.phase === "online" ? state.connection : { phase: "online", recoveredAt: null },
    account: { jid, name },
    workgroups: workgroups.map((one) => known.get(one) ?? newWorkgroup(one)),
  };
}

const newWorkgroup = (jid: string): Workgroup => ({
  jid,
  title: jid.slice(0, jid.indexOf("@")),
  reach: "joining",
  queue: null,
  waiting: [],
  labels: {},
  colleagues: [],
});

function withWorkgroup(state: State, jid: string, facts: Partial<Workgroup>): State {
  if (!state.workgroups.some((one) => one.jid === jid)) return state;
  return { ...state, workgroups: state.workgroups.map((one) => (one.jid === jid ? { ...one, ...facts } : one)) };
}

function withMessage(state: State, message: State["messages"][number]): State {
  const others = state.messages.filter(({ id }) => id !== message.id);
  return { ...state, messages: message.handledBy === "" ? newestFirst([...others, message]) : others };
}

const newestFirst = (messages: State["messages"]): State["messages"] =>
  [...messages].sort((a, b) => b.leftAt - a.leftAt);
