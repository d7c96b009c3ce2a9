/** One chat's part of a step, and the making of a chat. Pure. */
import type { Action, ChatFacts } from "./actions.ts";
import { lineEdited, lineRetracted, lineWritten } from "./line-changes.ts";
import { type ChatContext, changeUnsent, lineRetried, linesArrived } from "./lines.ts";
import type { Chat, ChatEnd, State, Unsent, Upload } from "./model.ts";
import { visitorName } from "./people.ts";
import { occupantCame, occupantLeft, occupantRenamed, seatTaken } from "./seats.ts";

export function createChat(facts: ChatFacts, draft: string, unsent: readonly Unsent[]): Chat {
  return {
    ...facts,
    name: visitorName(facts.metadata),
    seat: "joining",
    occupants: new Map(),
    known: {},
    lines: [],
    lastStanzaId: null,
    unsent,
    uploads: [],
    unread: 0,
    draft,
    editing: null,
    marks: {},
    typing: {},
    lastVisitorLineAt: null,
    waitingSince: null,
    ended: null,
  };
}

/** True while the agent has this chat before the eyes. */
export const isBeingRead = (state: State, room: string): boolean =>
  state.focused && state.place === "chats" && state.activeRoom === room;

export function contextOf(state: State, chat: Chat): ChatContext {
  const workgroup = state.workgroups.find(({ jid }) => jid === chat.workgroup);
  return {
    me: state.account?.name ?? "",
    title: workgroup?.title ?? "",
    colleagues: (workgroup?.colleagues ?? []).filter((name) => name !== state.account?.name),
  };
}

/** The action on the chat it names; every other action leaves the chat as it is. */
export function reduceChat(chat: Chat, action: Action, state: State): Chat {
  switch (action.type) {
    case "seat-taken":
      return seatTaken(chat, action, contextOf(state, chat));
    case "seat-lost":
      return chat.ended ? chat : { ...chat, seat: "lost", typing: {} };
    case "caught-up":
      return chat.ended ? chat : { ...chat, seat: "joined" };
    case "occupant-came":
      return occupantCame(chat, action, contextOf(state, chat));
    case "occupant-left":
      return occupantLeft(chat, action);
    case "occupant-renamed":
      return occupantRenamed(chat, action);
    case "lines-arrived": {
      const beingRead = isBeingRead(state, chat.room);
      return linesArrived(chat, action.lines, { ...contextOf(state, chat), beingRead });
    }
    case "typing-told":
      return typingTold(chat, action);
    case "line-written":
      return lineWritten(chat, action);
    case "upload-told":
      return chat.ended ? chat : { ...chat, uploads: withUpload(chat.uploads, action.upload) };
    case "upload-gone":
      return { ...chat, uploads: chat.uploads.filter(({ key }) => key !== action.key) };
    case "line-retracted":
      return lineRetracted(chat, action);
    case "line-edited":
      return lineEdited(chat, action);
    case "line-failed":
      return changeUnsent(chat, action.key, { state: "failed", ...(action.late && { late: true }) });
    case "line-retried":
      // What has ended takes nothing more.
      return chat.ended ? chat : lineRetried(chat, action.key);
    case "line-discarded":
      return changeUnsent(chat, action.key, null);
    case "draft-changed":
      if (chat.editing) return { ...chat, editing: { ...chat.editing, text: action.text } };
      return { ...chat, draft: action.text };
    case "chat-ended":
      return chat.ended ? chat : endChat(chat, endOf(action, state));
    default:
      return chat;
  }
}

function withUpload(uploads: Chat["uploads"], upload: Upload): Chat["uploads"] {
  const isThere = uploads.some(({ key }) => key === upload.key);
  return isThere ? uploads.map((one) => (one.key === upload.key ? upload : one)) : [...uploads, upload];
}

function endOf({ end, at }: Extract<Action, { type: "chat-ended" }>, { account }: State): ChatEnd {
  const mine = end.by === "agent" && end.name !== "" && end.name === account?.name;
  return { by: mine ? "me" : end.by, name: end.name, at };
}

/** Nobody waits any more, and what was not sent never will be. */
function endChat(chat: Chat, ended: ChatEnd): Chat {
  // A change that was not made leaves the line as it was.
  const unsaid = chat.unsent.filter(({ of }) => of === undefined);
  // Nor will a file that was on its way.
  const files = chat.uploads.map(({ key, name: text }): Unsent => ({ key, text, at: ended.at, state: "failed" }));
  const unsent = [...unsaid.map((line): Unsent => ({ ...line, state: "failed" })), ...files];
  return { ...chat, ended, unsent, uploads: [], editing: null, occupants: new Map(), typing: {}, waitingSince: null };
}

function typingTold(chat: Chat, action: Extract<Action, { type: "typing-told" }>): Chat {
  if (chat.occupants.get(action.nick)?.role === "me") return chat;
  if (action.composing) return { ...chat, typing: { ...chat.typing, [action.nick]: action.at } };
  if (!(action.nick in chat.typing)) return chat;
  const { [action.nick]: _, ...typing } = chat.typing;
  return { ...chat, typing };
}
