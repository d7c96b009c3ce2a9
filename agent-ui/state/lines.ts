/** What is said in a chat, and what that means for who waits for whom. Pure. */
import type { SeenEntry, SeenLine } from "./actions.ts";
import { authorOf, edited, marked, retracted } from "./line-changes.ts";
import type { Chat, Line, Role, Unsent } from "./model.ts";
import { isNamed, roleOfLine } from "./people.ts";

export type ChatContext = { me: string; title: string; colleagues: readonly string[] };

/**
 * Adds lines in archive order, and changes those that were changed. A line that is there already is passed over; an own one
 * settles what was unsent.
 */
export function linesArrived(
  chat: Chat,
  seen: readonly SeenEntry[],
  context: ChatContext & { beingRead: boolean },
): Chat {
  const there = new Set(chat.lines.map((line) => line.id));
  const settled = new Set<string>();
  const fresh: Line[] = [];
  /** Copied only where something is changed: a long conversation is not copied for each line. */
  let lines = chat.lines;
  const gather = (): readonly Line[] => {
    if (fresh.length > 0) lines = [...lines, ...fresh.splice(0)];
    return lines;
  };
  let next = { ...chat, known: learned(chat, seen, context) };
  for (const one of seen) {
    // Without a stanza id the room did not archive it: it has no place, and nobody counts it as said. Its sender says it
    // again, and to show it now would be to show it twice.
    const id = one.stanzaId;
    const role = roleOfLine(one, { chat: next, ...context });
    if ("change" in one && one.change !== "retracted") {
      next = marked(next, gather(), one, role);
      continue;
    }
    if (id === null || there.has(id)) continue;
    there.add(id);
    if (role === "me" && one.key !== null) settled.add(one.key);
    if ("change" in one) {
      lines = retracted(gather(), one);
      continue;
    }
    const changed = one.replaces === undefined ? null : edited(gather(), one, id);
    if (changed) {
      lines = changed;
      continue;
    }
    const line = lineOf(one, id, role, context.me);
    fresh.push(line);
    next = heard(next, line, context.beingRead);
  }
  const last = seen.findLast((one) => one.stanzaId !== null)?.stanzaId ?? null;
  return {
    ...next,
    lines: gather(),
    unsent: settled.size === 0 ? chat.unsent : settle(chat.unsent, settled),
    lastStanzaId: last ?? chat.lastStanzaId,
  };
}

/**
 * Takes away what was stored. What was said before the last of it and is not there was passed over, as when the room's
 * database was away for a moment: to say it again by itself would turn the order round, so its sender is told.
 */
function settle(unsent: Chat["unsent"], stored: ReadonlySet<string>): Chat["unsent"] {
  const last = unsent.findLastIndex(({ key }) => stored.has(key));
  return unsent.flatMap((line, i): Unsent[] => {
    if (stored.has(line.key)) return [];
    return [i < last ? { ...line, state: "failed" } : line];
  });
}

function lineOf(seen: SeenLine, id: string, role: Role, me: string): Line {
  const { text, at, key, service } = seen;
  if (role === "service" && service?.kind === "question") {
    // The body is a sentence for plain clients.
    return { kind: "question", id, name: service.name, text: service.text, at };
  }
  if (role === "service" && service?.kind === "requeued") return { kind: "requeued", id, at };
  if (role === "service" && service?.kind === "spoken") {
    // Nobody but the workgroup says it so: the name is an agent's.
    const speaker = isNamed(service.name, me) ? "me" : "colleague";
    const from = { role: speaker, nick: service.name } as const;
    return { kind: "said", id, key: null, from, by: authorOf(seen), text: service.text, at };
  }
  const file = seen.file && { file: seen.file };
  return { kind: "said", id, key, from: { role, nick: seen.nick }, by: authorOf(seen), text, at, ...file };
}

/** Remembers the ids of people whose name already says who they are, before anybody else is judged. */
function learned(chat: Chat, seen: readonly SeenEntry[], context: ChatContext): Chat["known"] {
  let known = chat.known;
  for (const { occupantId, nick } of seen) {
    if (occupantId === null || known[occupantId]) continue;
    const visitor = isNamed(nick, chat.name);
    const role = visitor ? "visitor" : roleOfLine({ nick, occupantId }, { chat, ...context });
    const sure = visitor || role === "service" || context.colleagues.some((name) => isNamed(nick, name));
    if (sure) known = { ...known, [occupantId]: role };
  }
  return known;
}

/** Counts what is unread and since when the visitor waits. */
function heard(chat: Chat, line: Line, beingRead: boolean): Chat {
  if (line.kind === "question") {
    return { ...chat, lastVisitorLineAt: line.at, waitingSince: chat.waitingSince ?? line.at };
  }
  if (line.kind !== "said") return chat;
  const { [line.from.nick]: _, ...typing } = chat.typing;
  if (line.from.role === "visitor") {
    const unread = beingRead ? 0 : chat.unread + 1;
    return { ...chat, typing, unread, lastVisitorLineAt: line.at, waitingSince: chat.waitingSince ?? line.at };
  }
  if (line.from.role === "service") return chat;
  // Whoever answers has read what was asked.
  return { ...chat, typing, unread: 0, waitingSince: null };
}

/** A line that failed is said again: after all that was said meanwhile. */
export function lineRetried(chat: Chat, key: string): Chat {
  const line = chat.unsent.find((one) => one.key === key);
  if (!line) return chat;
  const { late: _, ...again } = line;
  return { ...chat, unsent: [...chat.unsent.filter((one) => one !== line), { ...again, state: "pending" }] };
}

/** Changes one unsent line; null takes it away. */
export function changeUnsent(chat: Chat, key: string, change: Pick<Unsent, "state" | "late"> | null): Chat {
  const unsent = chat.unsent.flatMap((line) => {
    if (line.key !== key) return [line];
    return change === null ? [] : [{ ...line, ...change }];
  });
  return { ...chat, unsent };
}
