/** Questions to the state, answered in one place: what elements show and what badges count. Pure. */
import type { Chat, Line, Offer, State } from "./model.ts";

/** A line of a visitor that waits longer than this turns amber, then red. */
export const SLOW_MS = 60_000;
export const TOO_SLOW_MS = 180_000;
/** Somebody who began to write and was never heard of again is not writing any more. */
const TYPING_MS = 30_000;

/** Open chats by who waits longest for me; then those that wait for the visitor, last heard first; ended ones at the end. */
export function sortedChats(state: Pick<State, "chats">): Chat[] {
  return [...state.chats.values()].sort(
    (a, b) =>
      Number(a.ended !== null) - Number(b.ended !== null) ||
      Number(a.waitingSince === null) - Number(b.waitingSince === null) ||
      (a.waitingSince !== null && b.waitingSince !== null
        ? a.waitingSince - b.waitingSince
        : lastHeard(b) - lastHeard(a)) ||
      a.startedAt - b.startedAt,
  );
}

const lastHeard = (chat: Chat): number => chat.lastVisitorLineAt ?? chat.startedAt;

export const activeChat = (state: State): Chat | undefined =>
  state.activeRoom === null ? undefined : state.chats.get(state.activeRoom);

export const openChats = (state: Pick<State, "chats">): Chat[] =>
  [...state.chats.values()].filter(({ ended }) => ended === null);

export const unreadTotal = (state: Pick<State, "chats">): number =>
  [...state.chats.values()].reduce((sum, { unread }) => sum + unread, 0);

/** Offers that want an answer, oldest first. */
export const openOffers = (state: Pick<State, "offers">): Offer[] =>
  state.offers.filter(({ phase }) => phase.name === "open");

export const unsentTotal = (state: Pick<State, "chats">): number =>
  openChats(state).reduce((sum, { unsent }) => sum + unsent.filter((line) => line.state === "pending").length, 0);

/** Whether a file is still going up. */
export const isUploading = (state: Pick<State, "chats">): boolean =>
  [...state.chats.values()].some(({ uploads }) => uploads.some(({ failed }) => failed === null));

export const waitingTotal = (state: Pick<State, "workgroups">): number =>
  state.workgroups.reduce((sum, { waiting, queue }) => sum + Math.max(waiting.length, queue?.count ?? 0), 0);

/** Names of those who write now, without ourselves. */
export function typingNames(chat: Chat, now: number): string[] {
  return Object.entries(chat.typing).flatMap(([nick, at]) => (now - at < TYPING_MS ? [nick] : []));
}

export type Urgency = "calm" | "slow" | "too-slow";

export function urgencyOf(chat: Chat, now: number): Urgency {
  if (chat.waitingSince === null || chat.ended) return "calm";
  const waited = now - chat.waitingSince;
  return waited >= TOO_SLOW_MS ? "too-slow" : waited >= SLOW_MS ? "slow" : "calm";
}

/** The last thing somebody said, for the list of chats. */
export function lastSaid(chat: Chat): { own: boolean; text: string } | null {
  const unsent = chat.unsent.findLast(({ of }) => of === undefined);
  if (unsent) return { own: true, text: unsent.file?.name ?? unsent.text };
  const line = chat.lines.findLast((one): one is Extract<Line, { text: string }> => {
    return one.kind === "question" || (one.kind === "said" && one.from.role !== "service" && !one.retractedAt);
  });
  if (!line) return null;
  const said = line.kind === "said" ? line : undefined;
  return { own: said?.from.role === "me", text: said?.file?.name ?? line.text };
}
