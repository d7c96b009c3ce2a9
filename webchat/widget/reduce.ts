/** How the widget's state changes: the old state and what happened in, the new state out. No clock, no page, no network. */
import type { PageInfo, ServerFrame, WorkgroupView } from "../../protocol/visitor-api.ts";
import { onFrame } from "./frames.ts";
import {
  type ChatState,
  type LinkState,
  type MessageForm,
  type PendingLine,
  type Screen,
  UNSERVED,
  type Want,
  withoutEditing,
} from "./state.ts";

export type Action =
  | { type: "view"; view: WorkgroupView | null | undefined }
  | {
      type: "restored";
      saved: Partial<Pick<ChatState, "draft" | "answers" | "message" | "seen" | "pending" | "dismissed">>;
    }
  | { type: "link"; link: LinkState }
  | { type: "frame"; frame: ServerFrame }
  | { type: "sent"; keys: string[]; at: number }
  | { type: "draft"; text: string }
  | { type: "answer"; name: string; values: string[] }
  | { type: "mistakes"; mistakes: Record<string, string> }
  | { type: "join"; fields: Record<string, string[]>; page: PageInfo }
  | { type: "cancel" | "end" | "restart" }
  /** With `file`, the ticket of one, it is that file, and the text its name. */
  | { type: "say"; key: string; text: string; at: number; file?: string }
  | { type: "again"; key: string }
  /** An own line comes into the box; with the key of none, the draft comes back. */
  | { type: "edit"; key: string }
  | { type: "tick"; at: number }
  | { type: "screen"; screen: Screen }
  | { type: "message"; message: MessageForm }
  | { type: "leave-message"; key: string }
  | { type: "confirm"; asking: boolean }
  | { type: "seen" };

/** How long a line may be without an answer on a living connection before it counts as failed, in milliseconds. */
export const PATIENCE_MS = 30_000;

export function reduce(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case "view":
      return {
        ...state,
        view: action.view ?? state.view,
        viewFailed: action.view ? "" : action.view === null ? "unknown" : "away",
      };
    case "restored":
      return { ...state, ...action.saved };
    case "link":
      return onLink(state, action.link);
    case "frame":
      return onFrame(state, action.frame);
    case "sent":
      return onSent(state, action.keys, action.at);
    case "draft":
      return { ...state, draft: action.text };
    case "answer":
      return {
        ...state,
        answers: { ...state.answers, [action.name]: action.values },
        mistakes: without(state.mistakes, action.name),
      };
    case "mistakes":
      return { ...state, mistakes: action.mistakes };
    case "join":
      return want({ ...state, mistakes: {} }, { kind: "join", fields: action.fields, page: action.page });
    case "cancel":
      return cancel(state);
    case "end":
      return want({ ...state, confirming: false }, { kind: "end" });
    case "restart":
      return restart(state);
    case "say":
      return onSay(state, action);
    case "edit":
      return onEdit(withoutEditing(state), action.key);
    case "again":
      return {
        ...state,
        // After all that was said meanwhile.
        pending: [
          ...state.pending.filter((line) => line.key !== action.key),
          ...state.pending
            .filter((line) => line.key === action.key)
            .map(({ failed: _, saidAt: __, ...line }) => ({ ...line, epoch: 0 })),
        ],
      };
    case "tick":
      return onTick(state, action.at);
    case "screen":
      return { ...state, screen: action.screen, notice: "", mistakes: {} };
    case "message":
      return { ...state, message: action.message };
    case "leave-message":
      return want(state, { kind: "leave-message", key: action.key, ...state.message });
    case "confirm":
      return { ...state, confirming: action.asking };
    case "seen": {
      const seen = state.lines.at(-1)?.id ?? state.seen;
      return seen === state.seen ? state : { ...state, seen };
    }
  }
}

/** What is said is a line; or while a line is in the box, its new text, and without one it is taken back. */
function onSay(state: ChatState, { key, text, at, file }: Extract<Action, { type: "say" }>): ChatState {
  if (file) return { ...state, pending: [...state.pending, { key, text, at, epoch: 0, file }] };
  const line = ownLine(state, state.editing);
  const next = line ? withoutEditing(state) : { ...state, draft: "" };
  if (line?.text === text) return next;
  const of = line && { of: text ? line.key : line.id };
  return { ...next, pending: [...state.pending, { key, text, at, epoch: 0, ...of }] };
}

function onEdit(state: ChatState, key: string): ChatState {
  const line = ownLine(state, key);
  return line ? { ...state, editing: key, kept: state.draft, draft: line.text } : state;
}

const ownLine = ({ lines }: ChatState, key: string) =>
  lines.find((line) => line.key === key && !line.gone && !line.file);

/** The own lines to be said now: none before the archive was read, for they may be in it. Order is kept: nothing overtakes. */
export function dueLines(state: ChatState): PendingLine[] {
  if (state.link !== "on" || state.visit.phase !== "talking" || !state.caughtUp) return [];
  return state.pending.filter((line) => line.failed === undefined && line.epoch >= 0 && line.epoch !== state.epoch);
}

/** The orders to be given now. */
export const dueWants = (state: ChatState): Want[] =>
  state.link === "on" ? state.wants.filter((one) => one.epoch !== state.epoch) : [];

function onLink(state: ChatState, link: LinkState): ChatState {
  if (link === "off") return { ...state, link };
  const lost = state.link === "on" || state.link === "lost";
  // The clock of a line's patience stands still without a connection.
  const pending = state.pending.map(({ saidAt: _, ...line }) => line);
  return { ...state, link: link === "connecting" && lost ? "lost" : link, typing: [], pending };
}

function onSent(state: ChatState, keys: string[], at: number): ChatState {
  const { epoch } = state;
  const said = eachPending(state, (line) => (keys.includes(line.key) ? { ...line, epoch, saidAt: at } : line));
  return { ...said, wants: state.link === "on" ? state.wants.map((one) => ({ ...one, epoch })) : state.wants };
}

function onTick(state: ChatState, at: number): ChatState {
  if (state.link !== "on" || state.visit.phase !== "talking") return state;
  const late = (line: PendingLine): boolean => line.saidAt !== undefined && at - line.saidAt > PATIENCE_MS;
  if (!state.pending.some((line) => line.failed === undefined && late(line))) return state;
  return eachPending(state, (line) => (line.failed === undefined && late(line) ? { ...line, failed: "" } : line));
}

/** A join that was never sent is simply forgotten. */
function cancel(state: ChatState): ChatState {
  const asked = state.visit.phase === "waiting" || state.wants.some((one) => one.frame.kind === "join" && one.epoch);
  return asked ? want({ ...state, wants: [] }, { kind: "cancel" }) : { ...state, wants: [] };
}

/** Back to the form. What was written and never said goes back into the box. */
function restart(state: ChatState): ChatState {
  const unsaid = state.pending.map((line) => !line.of && !line.file && line.text);
  const { visit } = state;
  return {
    ...state,
    visit: { phase: "idle" },
    dismissed: visit.phase === "ended" ? visit.session : visit.phase === "unserved" ? UNSERVED : state.dismissed,
    lines: [],
    comings: [],
    pending: [],
    wants: [],
    session: "",
    draft: [...unsaid, state.draft].filter(Boolean).join("\n"),
    screen: "chat",
    notice: "",
    moved: "",
  };
}

function want(state: ChatState, frame: Want["frame"]): ChatState {
  const others = state.wants.filter((one) => one.frame.kind !== frame.kind);
  return { ...state, notice: "", wants: [...others, { frame, epoch: 0 }] };
}

function eachPending(state: ChatState, change: (line: PendingLine) => PendingLine): ChatState {
  return { ...state, pending: state.pending.map(change) };
}

function without(all: Record<string, string>, name: string): Record<string, string> {
  const { [name]: _, ...rest } = all;
  return rest;
}
