/** Canned answers: a tree of groups, as agents know it, and the flat numbered list that a person searches. */

import type { Macro, MacroGroup } from "../../protocol/workgroup/macros.ts";

export type { Macro, MacroGroup };

/** One answer of the list: `number` counts from 1 over all of it, `path` names the groups it lies in, outermost first. */
export type CannedAnswer = Macro & { number: number; path: readonly string[]; personal: boolean };

const MOST_MACROS = 500;
const MOST_GROUPS = 200;
const DEEPEST = 8;
const LONGEST = { title: 200, description: 1_000, response: 10_000 };

/** What the workgroup offers, then the agent's own, in the order of their trees. */
export function cannedAnswers(shared: MacroGroup | null, personal: MacroGroup | null): CannedAnswer[] {
  const flat = [...flatten(shared, []).map(ofWorkgroup), ...flatten(personal, []).map(ofAgent)];
  return flat.map((one, i) => ({ ...one, number: i + 1 }));
}

type Placed = Macro & { path: readonly string[] };
const ofWorkgroup = (one: Placed) => ({ ...one, personal: false });
const ofAgent = (one: Placed) => ({ ...one, personal: true });

function flatten(group: MacroGroup | null, path: readonly string[]): Placed[] {
  if (group === null) return [];
  const own = group.macros.map((macro) => ({ ...macro, path }));
  return [...own, ...group.groups.flatMap((one) => flatten(one, [...path, one.title]))];
}

/**
 * A page of the answers in which every word occurs, wherever: those with all of them in the title first. No words: all.
 * `total` counts what fits, on this page and beyond.
 */
export function findAnswers(
  answers: readonly CannedAnswer[],
  words: string,
  page: { offset?: number; limit: number },
): { found: CannedAnswer[]; total: number } {
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text: string): boolean => sought.every((word) => text.toLowerCase().includes(word));
  const fitting = answers.filter((one) => holds([one.title, one.description, one.response, ...one.path].join("\n")));
  const [inTitle, elsewhere] = [fitting.filter((one) => holds(one.title)), fitting.filter((one) => !holds(one.title))];
  const offset = page.offset ?? 0;
  return { found: [...inTitle, ...elsewhere].slice(offset, offset + page.limit), total: fitting.length };
}

/** What is wrong with a tree, as a plain sentence; undefined when it can be kept. */
export function macroMistake(root: MacroGroup): string | undefined {
  const groups: { group: MacroGroup; depth: number }[] = [{ group: root, depth: 1 }];
  let macros = 0;
  for (let i = 0; i < groups.length; i += 1) {
    const { group, depth } = groups[i] ?? { group: root, depth: 1 };
    if (depth > DEEPEST) return `Groups may lie in one another ${DEEPEST} deep at most.`;
    macros += group.macros.length;
    const mistake = titleMistake("group", group.title) ?? group.macros.map(wrongMacro).find((one) => one !== undefined);
    if (mistake !== undefined) return mistake;
    groups.push(...group.groups.map((one) => ({ group: one, depth: depth + 1 })));
    if (groups.length > MOST_GROUPS) return `There may be ${MOST_GROUPS} groups at most.`;
    if (macros > MOST_MACROS) return `There may be ${MOST_MACROS} canned answers at most.`;
  }
  return undefined;
}

function wrongMacro({ title, description, response }: Macro): string | undefined {
  if (response.length > LONGEST.response) return `"${title}" is longer than ${LONGEST.response} characters.`;
  if (description.length > LONGEST.description) return `The description of "${title}" is too long.`;
  return titleMistake("canned answer", title);
}

// Smack reads a title's text without asking whether there is one.
function titleMistake(what: string, title: string): string | undefined {
  if (title.trim() === "") return `Every ${what} needs a title.`;
  return title.length > LONGEST.title ? `A title may have ${LONGEST.title} characters at most.` : undefined;
}
