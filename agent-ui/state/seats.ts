/** Who is in a chat's room: coming, going, coming back. Pure. */
import type { Of, SeenOccupant } from "./actions.ts";
import type { ChatContext } from "./lines.ts";
import type { Chat, Line, Occupant } from "./model.ts";
import { isNamed, roleOfOccupant } from "./people.ts";

/** We have our seat, and this is everybody who is there. After a break, what changed meanwhile is told as lines. */
export function seatTaken(chat: Chat, { at, occupants }: Of<"seat-taken">, context: ChatContext): Chat {
  const returning = chat.occupants.size > 0;
  const nicks = new Set(occupants.map(({ nick }) => nick));
  let next: Chat = { ...chat, occupants: new Map() };
  // Those who are known for sure first: the rest is told apart by them.
  const sureness = (seen: SeenOccupant): number =>
    seen.owner || seen.self ? 2 : Number(isNamed(seen.nick, chat.name));
  const ordered = [...occupants].sort((a, b) => sureness(b) - sureness(a));
  for (const seen of ordered) next = withOccupant(next, seen, context);
  if (!returning) return next;
  const gone = [...chat.occupants.values()].filter((one) => !nicks.has(one.nick));
  const come = [...next.occupants.values()].filter((one) => !chat.occupants.has(one.nick));
  const lines = [
    ...gone.flatMap((one) => eventLine("left", one, at, chat)),
    ...come.flatMap((one) => eventLine(comesAgain(chat, one) ? "returned" : "came", one, at, chat)),
  ];
  return lines.length === 0 ? next : { ...next, lines: [...next.lines, ...lines] };
}

export function occupantCame(chat: Chat, { at, occupant }: Of<"occupant-came">, context: ChatContext): Chat {
  const next = withOccupant(chat, occupant, context);
  const one = next.occupants.get(occupant.nick);
  // A second device of the same person, or a change of role, is nobody coming.
  if (!one || chat.occupants.has(occupant.nick)) return next;
  const lines = eventLine(comesAgain(chat, one) ? "returned" : "came", one, at, chat);
  return { ...next, lines: [...next.lines, ...lines] };
}

export function occupantLeft(chat: Chat, { at, nick, lost }: Of<"occupant-left">): Chat {
  const one = chat.occupants.get(nick);
  if (!one) return chat;
  const occupants = new Map(chat.occupants);
  occupants.delete(nick);
  const { [nick]: _, ...typing } = chat.typing;
  return { ...chat, occupants, typing, lines: [...chat.lines, ...eventLine(lost ? "lost" : "left", one, at, chat)] };
}

export function occupantRenamed(chat: Chat, { nick, newNick }: Of<"occupant-renamed">): Chat {
  const one = chat.occupants.get(nick);
  if (!one) return chat;
  const occupants = new Map(chat.occupants);
  occupants.delete(nick);
  occupants.set(newNick, { ...one, nick: newNick });
  return { ...chat, occupants };
}

/** True while somebody in the room is the visitor. */
export function visitorIsHere(chat: Pick<Chat, "occupants">): boolean {
  return [...chat.occupants.values()].some(({ role }) => role === "visitor");
}

function withOccupant(chat: Chat, seen: SeenOccupant, context: ChatContext): Chat {
  const role = roleOfOccupant(seen, { chat, ...context });
  const occupants = new Map(chat.occupants);
  occupants.set(seen.nick, { nick: seen.nick, occupantId: seen.occupantId, role });
  const known = seen.occupantId === null ? chat.known : { ...chat.known, [seen.occupantId]: role };
  return { ...chat, occupants, known };
}

/** The visitor has been here before when a line says so, or when the visitor has spoken. */
function comesAgain(chat: Chat, { role, nick }: Occupant): boolean {
  return chat.lines.some((line) => {
    if (line.kind === "question" || line.kind === "requeued") return false;
    return line.from.role === role && (role === "visitor" || line.from.nick === nick);
  });
}

/** The service's comings and goings, and our own, are nobody's business. */
function eventLine(
  kind: "came" | "returned" | "left" | "lost",
  { role, nick }: Occupant,
  at: number,
  chat: Chat,
): Line[] {
  if (role === "service" || role === "me") return [];
  return [{ kind, id: `${kind}:${chat.lines.length}:${nick}`, from: { role, nick }, at }];
}
