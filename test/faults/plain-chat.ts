/** A chat as an ordinary client keeps it. */
import { localOf } from "../../protocol/jid.ts";
import type { Shown } from "./watcher.ts";

type Unsent = { key: string; text: string; failed: boolean; said: boolean };
export type Line = Shown & { service: boolean };
export type PlainChat = {
  room: string;
  session: string;
  talk: string;
  seat: "joining" | "joined" | "lost";
  ended: boolean;
  lines: Line[];
  unsent: Unsent[];
  held: Line[] | undefined;
  occupants: Map<string, { nick: string; role: "visitor" | "agent" | "service" }>;
  timer: NodeJS.Timeout | undefined;
};

/** In a room that we are asked into; `before` is what was there until it ended for us. */
export function newChat(room: string, before: PlainChat | undefined): PlainChat {
  return {
    room,
    session: localOf(room),
    talk: before?.talk ?? "",
    seat: "joining",
    ended: false,
    lines: [],
    // What was not sent when it ended stays before its writer's eyes.
    unsent: (before?.unsent ?? []).map((line) => ({ ...line, failed: true, said: false })),
    held: [],
    occupants: new Map(),
    timer: undefined,
  };
}

/** A line in its place, once. An own one is sent by that. */
export function addLine(chat: PlainChat, line: Line): void {
  if (chat.lines.some(({ id }) => id === line.id)) return;
  chat.lines.push(line);
  const at = line.own ? chat.unsent.findIndex(({ key }) => key === line.key) : -1;
  if (at < 0) return;
  // What stands before it and is not there was passed over.
  for (const one of chat.unsent.slice(0, at)) one.failed = true;
  chat.unsent.splice(at, 1);
}
