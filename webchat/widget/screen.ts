/** Which of the widget's screens is due. */
import type { ChatState } from "./state.ts";

export type ScreenName =
  | "loading"
  | "unreachable"
  | "closed"
  | "form"
  | "connecting"
  | "waiting"
  /** Waiting once more, with the conversation so far. */
  | "again"
  | "talking"
  | "ended"
  | "unserved"
  | "message"
  | "thanks";

export function screenOf(state: ChatState): ScreenName {
  const { visit, view, link, epoch } = state;
  if (state.screen !== "chat") return state.screen;
  if (visit.phase === "waiting") return state.lines.length || state.comings.length ? "again" : "waiting";
  if (visit.phase !== "idle") return visit.phase;
  // On its way into the queue, or back into a conversation of an earlier page.
  const joining = state.wants.some((want) => want.frame.kind === "join");
  if (joining || (link === "connecting" && epoch === 0)) return "connecting";
  if (!view) return state.viewFailed ? "unreachable" : "loading";
  return view.availability === "open" ? "form" : "closed";
}
