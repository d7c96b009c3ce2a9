/** Decides what rings, what is shown on the desktop and what stands in the tab, from the state alone. */
import type { State } from "../state/model.ts";
import { expiresAt } from "../state/offers.ts";
import { visitorName } from "../state/people.ts";
import { activeChat, openOffers, unreadTotal } from "../state/select.ts";
import type { Badge } from "./badge.ts";
import type { Notices } from "./notices.ts";
import type { Sound } from "./sound.ts";

export type AlertDeps = { sound: Sound; notices: Notices; badge: Badge; openChat(room: string): void };

/** Call it with every new state. */
export function createAlerts({ sound, notices, badge, openChat }: AlertDeps): (state: State, before: State) => void {
  return (state, before) => {
    const offers = openOffers(state);
    if (state.offers !== before.offers) callForOffers(state, before);
    if (state.chats !== before.chats) tellLines(state, before);
    const first = offers[0];
    const count = unreadTotal(state) + offers.length;
    const calling = first ? visitorName(first.metadata) : null;
    const was = openOffers(before)[0];
    if (count !== unreadTotal(before) + openOffers(before).length || first?.id !== was?.id)
      badge.show({ count, calling });
  };

  function callForOffers(state: State, before: State): void {
    const open = openOffers(state);
    const were = new Set(openOffers(before).map(({ id }) => id));
    const are = new Set(open.map(({ id }) => id));
    if (open.length === 0) sound.stopRinging();
    else sound.ring(Math.max(...open.map(expiresAt)) - state.now);
    for (const id of were) if (!are.has(id)) notices.close(`offer:${id}`);
    if (state.focused) return;
    for (const { id, metadata } of open) {
      if (were.has(id)) continue;
      const title = `${visitorName(metadata)} asks for a chat`;
      notices.show({ tag: `offer:${id}`, title, body: metadata.question?.[0] ?? "", onClick: () => undefined });
    }
  }

  /** A visitor's line that nobody looks at. The one that lies open in front makes no noise. */
  function tellLines(state: State, before: State): void {
    for (const [room, chat] of state.chats) {
      const was = before.chats.get(room);
      if (!was || chat.unread <= was.unread || chat.seat !== "joined") continue;
      const inFront = state.focused && activeChat(state)?.room === room;
      if (inFront) continue;
      sound.tap();
      const line = chat.lines.at(-1);
      const body = line && "text" in line ? line.text : "";
      if (!state.focused) notices.show({ tag: `chat:${room}`, title: chat.name, body, onClick: () => openChat(room) });
    }
  }
}
