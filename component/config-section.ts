/**
 * Reads a table of settings that a person wrote in Lua and that arrives as JSON. Every wrong value becomes a sentence with
 * its place as the person wrote it, and reading goes on, so that all mistakes are told together.
 */

/** A table, with its place (`workgroups.support.form`) and the list that mistakes are added to. */
export class Section {
  readonly place: string;
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #mistakes: string[];
  readonly #known = new Set<string>();

  /** Anything but a table is a mistake and reads as an empty one. An empty Lua table may arrive as an empty list. */
  constructor(value: unknown, place: string, mistakes: string[]) {
    this.place = place;
    this.#mistakes = mistakes;
    const table = isTable(value) ? value : {};
    if (!isTable(value) && !isEmptyList(value) && value !== undefined) {
      this.mistake(place, `must be a table, { ... }, not ${shown(value)}`);
    }
    this.#values = new Map(Object.entries(table));
  }

  mistake(place: string, what: string): void {
    this.#mistakes.push(`${place === "" ? "the configuration" : place}: ${what}`);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The value as it is; undefined when it is not there. From here on the name counts as known. */
  raw(name: string): unknown {
    this.#known.add(name);
    return this.#values.get(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  at(name: string | number): string {
    return placeOf(this.place, name);
  }

  text(name: string, fallback: string, rules: TextRules): string {
    return this.checkedText(this.raw(name), this.at(name), fallback, rules);
  }

  /** The same rules for a text that has no name of its own, as in a list. */
  checkedText(value: unknown, place: string, fallback: string, rules: TextRules): string {
    if (value === undefined) return fallback;
    const wrong = wrongText(value, rules);
    if (wrong !== undefined) this.mistake(place, wrong);
    return wrong === undefined && typeof value === "string" ? value : fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value !== "boolean") this.mistake(this.at(name), `must be true or false, not ${shown(value)}`);
    return value === true;
  }

  /** A whole number of `unit` ("seconds", "chats"), both bounds included. */
  count(name: string, fallback: number, unit: string, least: number, most: number): number {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    this.mistake(this.at(name), `must be a whole number of ${unit} from ${least} to ${most}, not ${shown(value)}`);
    return fallback;
  }

  choice<Name extends string>(name: string, choices: readonly Name[], fallback: Name): Name {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    const found = choices.find((one) => one === value);
    if (found !== undefined) return found;
    const hint = typeof value === "string" ? didYouMean(value, choices) : "";
    this.mistake(this.at(name), `must be ${either(choices)}, not ${shown(value)}${hint}`);
    return fallback;
  }

  section(name: string): Section {
    return this.child(this.raw(name), this.at(name));
  }

  /** A table that has a place of its own, as one in a list. */
  child(value: unknown, place: string): Section {
    return new Section(value, place, this.#mistakes);
  }

  /** The entries of a list; an empty table is an empty list. Undefined when it is not there, or no list. */
  list(name: string, most: number): unknown[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (isTable(value) && Object.keys(value).length === 0) return [];
    if (!Array.isArray(value)) {
      this.mistake(this.at(name), `must be a list, { ..., ... }, not ${shown(value)}`);
      return undefined;
    }
    if (value.length > most) this.mistake(this.at(name), `has ${value.length} entries, and may have at most ${most}`);
    return value.slice(0, most);
  }

  /** To be called last: every name that was never asked for is a mistake. `also`: names that might have been meant. */
  refuseUnknown(also: readonly string[] = []): void {
    for (const name of this.names()) {
      if (this.#known.has(name)) continue;
      this.mistake(this.at(name), `is not a setting${didYouMean(name, [...this.#known, ...also])}`);
    }
  }
}

/** `lines`: it may have line breaks and tabs. */
type TextRules = { most: number; empty?: boolean; lines?: boolean };

/** What is wrong with a text, or undefined. */
function wrongText(value: unknown, { most, empty = true, lines = false }: TextRules): string | undefined {
  if (typeof value !== "string") return `must be a text in quotes, not ${shown(value)}`;
  if (!empty && value.trim() === "") return "must not be empty";
  if (value.length > most) return `is ${value.length} characters long, and may be at most ${most}`;
  // XML cannot carry them (XML 1.0 §2.2); line breaks and tabs it can.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF]/.test(value) || !value.isWellFormed()) {
    return "holds a control character, which cannot be shown";
  }
  if (!lines && /[\n\r\t]/.test(value)) return "must be one line";
  return undefined;
}

export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** `place.name`, `place[2]`, or `place["a name"]` where Lua would want the brackets. */
export function placeOf(place: string, name: string | number): string {
  if (typeof name === "number") return `${place}[${name}]`;
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${place}[${quoted(name)}]`;
  return place === "" ? name : `${place}.${name}`;
}

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A value as a sentence can name it. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : "a table";
}

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function either(choices: readonly string[]): string {
  const all = choices.map((one) => `"${one}"`);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

/** ` (did you mean "offer_timeout"?)`, or nothing when no known name comes near. */
function didYouMean(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, distance: distanceOf(simplified(name), simplified(one)) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const inside = known.find((one) => name.length > 3 && simplified(one).includes(simplified(name)));
  const best = near !== undefined && near.distance <= Math.max(1, Math.floor(name.length / 3)) ? near.one : inside;
  return best === undefined ? "" : ` (did you mean "${best}"?)`;
}

/** `offerTimeout`, `offer-timeout` and `Offer_Timeout` are all meant as `offer_timeout`. */
const simplified = (name: string): string =>
  name
    .slice(0, 60)
    .toLowerCase()
    .replaceAll(/[\s_-]/g, "");

/** How many letters are to be added, dropped, changed or swapped to get from one to the other. */
function distanceOf(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(change, swap, (last?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [before, last] = [last, row];
  }
  return last?.[b.length] ?? 0;
}
