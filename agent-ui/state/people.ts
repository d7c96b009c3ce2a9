/**
 * Who is who in a room. Rooms are semi-anonymous: nobody but the service sees real addresses, so people are told apart by
 * what cannot be forged (the owner's seat, our own seat, a remembered occupant id) and only then by name:
 * the visitor goes by the name given in the form, colleagues by the workgroup's list of agents. Whoever is neither is the
 * visitor, who may have come with a client and a nick of their own, unless the visitor has been recognised already.
 */
import type { MetadataValues } from "../../protocol/workgroup/metadata.ts";
import type { SeenLine, SeenOccupant } from "./actions.ts";
import type { Chat, Role } from "./model.ts";

/** The nick of a visitor who gave no name. */
const NAMELESS = "Visitor";

/** The visitor's name as the agent reads it. */
export function visitorName(metadata: MetadataValues): string {
  // The service fills in the word for nameless ones; a form may have asked under another variable.
  const names = [metadata.username?.[0], metadata.name?.[0]].map((name) => name?.trim() ?? "");
  return names.find((name) => name !== "" && name !== NAMELESS) ?? NAMELESS;
}

/** What a colleague is called of whom only the address is known: `anna@example.org` is Anna. */
export function colleagueName(jid: string): string {
  const [first = "", ...rest] = jid.split("@")[0] ?? "";
  return first.toUpperCase() + rest.join("");
}

/** "Ben" and the "Ben 2" that a taken nick becomes. */
export function isNamed(nick: string, name: string): boolean {
  const [left, right] = [fold(nick), fold(name)];
  return left === right || (left.startsWith(right) && /^ \d+$/.test(left.slice(right.length)));
}

/** Longest nick the gateway gives. */
const MAX_NICK = 40;

/** A name as a gateway makes a nick of it: nothing invisible, one space between words, cut; and without regard to case. */
function fold(text: string): string {
  const clean = text
    .normalize("NFKC")
    .replace(/\s+/gu, " ")
    .replace(/[\p{C}\uFFFD]/gu, "")
    .replace(/ +/g, " ")
    .trim();
  return [...clean].slice(0, MAX_NICK).join("").trim().toLocaleLowerCase("en");
}

type Context = {
  chat: Pick<Chat, "name" | "known" | "occupants">;
  me: string;
  title: string;
  colleagues: readonly string[];
};

/** The role of somebody who holds a seat now. */
export function roleOfOccupant(seen: SeenOccupant, context: Context): Role {
  if (seen.owner) return "service";
  if (seen.self) return "me";
  return roleByName(seen.nick, seen.occupantId, context);
}

/** The role of whoever said a line, who may be gone by now. */
export function roleOfLine(line: Pick<SeenLine, "nick" | "occupantId">, context: Context): Role {
  const seated = context.chat.occupants.get(line.nick);
  // The room itself speaks without a nick.
  if (line.nick === "") return "service";
  if (seated && (seated.occupantId === line.occupantId || line.occupantId === null)) return seated.role;
  return roleByName(line.nick, line.occupantId, context);
}

function roleByName(nick: string, occupantId: string | null, { chat, me, title, colleagues }: Context): Role {
  const known = occupantId === null ? undefined : chat.known[occupantId];
  if (known) return known;
  // Without occupant ids the name is all there is.
  if (occupantId === null && nick === me) return "me";
  // Nobody can take this nick while the service sits in the room.
  if (nick === title) return "service";
  if (isNamed(nick, chat.name)) return "visitor";
  if (colleagues.some((name) => isNamed(nick, name))) return "colleague";
  const visitorIsKnown =
    Object.values(chat.known).includes("visitor") ||
    [...chat.occupants.values()].some(({ role }) => role === "visitor");
  return visitorIsKnown ? "colleague" : "visitor";
}
