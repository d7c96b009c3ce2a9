/** What the widget knows: one value, changed only by `reduce`. */
import type { ClientFrame, LineView, RefusalCode, VisitState, WorkgroupView } from "../../protocol/visitor-api.ts";

/** An own line that the room has not shown yet. `key` is minted once and stays, however often the line is said again. */
export type PendingLine = {
  key: string;
  text: string;
  /** When it was written, epoch milliseconds. */
  at: number;
  /** The connection it was said on last; 0 for none yet. */
  epoch: number;
  /** When it was said first without an answer; counts only while connected. */
  saidAt?: number;
  /** Why it was refused; empty when nobody answered. */
  failed?: RefusalCode | "";
  /** The ticket of the file that it is; the text is its name. */
  file?: string;
  /** It is a new text for the own line with this key; without a text, it takes back the one with this id. */
  of?: string;
};

/** Somebody came or went; at the place in the conversation that `at` names. */
export type Coming = { kind: "joined" | "left"; name: string; at: number };

/** An order to the gateway that stands until the gateway shows that it was carried out; repeated on each new connection. */
export type Want = {
  frame: Extract<ClientFrame, { kind: "join" | "cancel" | "end" | "leave-message" }>;
  epoch: number;
};

/** `off`: no connection is wanted. `lost`: there was one. */
export type LinkState = "off" | "connecting" | "on" | "lost";

/** Stands for the session of a request that nobody took. */
export const UNSERVED = "unserved";

/** What lies over the visit's own phase: the form for a message, or thanks for it. */
export type Screen = "chat" | "message" | "thanks";

export type MessageForm = { name: string; email: string; text: string };

export type ChatState = {
  view?: WorkgroupView;
  /** The workgroup could not be asked. */
  viewFailed: "" | "away" | "unknown";
  link: LinkState;
  /** Counts the greetings of the gateway, so that what was sent before the last one is known to need sending again. */
  epoch: number;
  /** False while lines said earlier may still be in an archive that was not read to its end. */
  caughtUp: boolean;
  visit: VisitState;
  session: string;
  /** In the room's order. */
  lines: LineView[];
  comings: Coming[];
  /** In the order they were written. */
  pending: PendingLine[];
  typing: string[];
  wants: Want[];
  draft: string;
  /** Key of the own line that is in the box in place of the draft, and the draft meanwhile. */
  editing: string;
  kept: string;
  /** Up to which line agents have read, and their clients have got, what was said; by id. */
  read: string;
  delivered: string;
  answers: Record<string, string[]>;
  /** By field name; what is wrong, in words for the visitor. */
  mistakes: Record<string, string>;
  screen: Screen;
  message: MessageForm;
  /** "End chat" was pressed and wants a second word. */
  confirming: boolean;
  /** A refusal that belongs to no line and no field. */
  notice: RefusalCode | "";
  /** In how many seconds the visitor may try again what was refused; 0: that does not depend on time. */
  noticeS: number;
  /** The ended session that the visitor has put away; or `UNSERVED`. */
  dismissed: string;
  /** How the place in the queue changed last. */
  moved: "" | "up" | "back";
  /** Id of the last line the visitor had before the eyes. */
  seen: string;
};

export const initialState: ChatState = {
  viewFailed: "",
  link: "off",
  epoch: 0,
  caughtUp: true,
  visit: { phase: "idle" },
  session: "",
  lines: [],
  comings: [],
  pending: [],
  typing: [],
  wants: [],
  draft: "",
  editing: "",
  kept: "",
  read: "",
  delivered: "",
  answers: {},
  mistakes: {},
  screen: "chat",
  message: { name: "", email: "", text: "" },
  confirming: false,
  notice: "",
  noticeS: 0,
  dismissed: "",
  moved: "",
  seen: "",
};

/** True while the visitor waits or talks: a reload then goes on without being asked. */
export const isLive = ({ visit }: ChatState): boolean => visit.phase === "waiting" || visit.phase === "talking";

/** The box as it was before an own line came into it. */
export const withoutEditing = (state: ChatState): ChatState =>
  state.editing ? { ...state, draft: state.kept, editing: "" } : state;

/** How many lines of others came after the last one seen. */
export function unreadCount({ lines, seen }: Pick<ChatState, "lines" | "seen">): number {
  const from = lines.findIndex((line) => line.id === seen) + 1;
  return lines.slice(from).filter((line) => line.from.kind === "agent").length;
}
