/** Reads settings from the environment once, into a typed object, and reports every mistake together. */
import { readFileSync } from "node:fs";

/** Settings that cannot be used. `mistakes` has one line each, naming the variable; the message has all of them. */
export class SettingsError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(`Settings that need mending:\n${mistakes.map((one) => `  ${one}`).join("\n")}`);
    this.name = "SettingsError";
    this.mistakes = mistakes;
  }
}

type Source = Record<string, string | undefined>;

/** How one setting is read; plain functions, since a library for this would be the largest part of a process that has started. */
export type Setting<T> = {
  /** @throws Mistake */
  read(value: string | undefined): T;
  /** The same, undefined when it is not set. */
  optional(): Setting<T | undefined>;
  /** The same, for values of which `fits` is true; `words` say what others must be. */
  where(fits: (value: T) => boolean, words: string): Setting<T>;
};

type Values<S> = { [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** What is wrong with a value, as words that follow its name; never with the value itself, which may be a secret. */
class Mistake extends Error {}

/**
 * Reads the variables that `shape` names. Blank counts as not set. `NAME_FILE` may name a file that holds the value of
 * `NAME`, as container secrets do.
 * @throws SettingsError with every mistake
 */
export function readEnv<S extends Record<string, Setting<unknown>>>(shape: S, source: Source = process.env): Values<S> {
  const mistakes: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(shape)) {
    try {
      values[name] = setting.read(readValue(name, source));
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      mistakes.push(`${name}${error.message}`);
    }
  }
  if (!isWhole(shape, values)) throw new SettingsError(mistakes);
  return values;
}

/** Whether nothing was mistaken. */
function isWhole<S extends object>(shape: S, values: Record<string, unknown>): values is Values<S> {
  return Object.keys(shape).every((name) => Object.hasOwn(values, name));
}

function readValue(name: string, source: Source): string | undefined {
  const direct = source[name]?.trim();
  if (direct) return direct;
  const file = source[`${name}_FILE`]?.trim();
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    throw new Mistake("_FILE names a file that cannot be read");
  }
}

function setting<T>(read: (value: string) => T, fallback?: string): Setting<T> {
  return reader((value) => {
    const given = value ?? fallback;
    if (given === undefined) throw new Mistake(" is missing");
    return read(given);
  });
}

function reader<T>(read: Setting<T>["read"]): Setting<T> {
  return {
    read,
    optional: () => reader((value) => (value === undefined ? undefined : read(value))),
    where: (fits, words) =>
      reader((value) => {
        const one = read(value);
        if (!fits(one)) throw new Mistake(` ${words}`);
        return one;
      }),
  };
}

/** Some text. Without a fallback it must be set. */
export const text = (fallback?: string): Setting<string> => setting((value) => value, fallback);

/** A secret: no fallback, and its value never appears in a mistake. */
export const secret = (least = 1): Setting<string> =>
  setting((value) => {
    if (value.length < least) throw new Mistake(` must have at least ${least} characters`);
    return value;
  });

/** A whole number within bounds. The unit belongs in the variable's name. */
export const wholeNumber = (least: number, most: number, fallback?: number): Setting<number> =>
  setting(
    (value) => {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return number;
      throw new Mistake(` must be a whole number from ${least} to ${most}`);
    },
    fallback === undefined ? undefined : String(fallback),
  );

/** A TCP port. */
export const port = (fallback?: number): Setting<number> => wholeNumber(1, 65_535, fallback);

/** A length of time in whole seconds, up to a week. */
export const seconds = (fallback?: number): Setting<number> => wholeNumber(0, 604_800, fallback);

/** One of the given words. */
export const oneOf = <const T extends string>(words: readonly [T, ...T[]], fallback?: NoInfer<T>): Setting<T> =>
  setting((value) => {
    const word = words.find((one) => one === value);
    if (word === undefined) throw new Mistake(` must be one of: ${words.join(", ")}`);
    return word;
  }, fallback);

/** `true` or `false` (also `1`, `yes`, `on` and their opposites). */
export const flag = (fallback: boolean): Setting<boolean> =>
  setting((value) => {
    const word = value.toLowerCase();
    if (["true", "yes", "on", "1"].includes(word)) return true;
    if (["false", "no", "off", "0"].includes(word)) return false;
    throw new Mistake(" must be true or false");
  }, String(fallback));

/** An address like `https://example.com/chat`, with one of the given protocols (`https:`). */
export const url = (protocols: readonly string[], fallback?: string): Setting<string> =>
  setting((value) => {
    if (protocols.includes(URL.canParse(value) ? new URL(value).protocol : "")) return value;
    throw new Mistake(` must be an address that begins with ${protocols.map((one) => `${one}//`).join(" or ")}`);
  }, fallback);

/** A list separated by commas; empty by default. */
export const list = (): Setting<string[]> =>
  setting((value) => {
    const entries = value.split(",").map((one) => one.trim());
    return entries.filter((one) => one !== "");
  }, "");
