/** Reads settings from the environment once, into a typed object, and reports every mistake together. */
import { readFileSync } from "node:fs";
import { z } from "zod";

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

/**
 * Reads the variables that `shape` names. Blank counts as not set. `NAME_FILE` may name a file that holds the value of
 * `NAME`, as container secrets do.
 * @throws SettingsError with every mistake
 */
export function readEnv<S extends z.ZodRawShape>(shape: S, source: Source = process.env): z.infer<z.ZodObject<S>> {
  const mistakes: string[] = [];
  const given: Source = {};
  for (const name of Object.keys(shape)) {
    try {
      given[name] = readValue(name, source);
    } catch {
      mistakes.push(`${name}_FILE names a file that cannot be read`);
    }
  }
  const result = z.object(shape).safeParse(given);
  const unread = new Set(mistakes.map((one) => one.slice(0, one.indexOf("_FILE "))));
  for (const { path, message } of result.error?.issues ?? []) {
    if (!unread.has(String(path[0]))) mistakes.push(`${String(path[0])} ${message}`);
  }
  if (!result.success || mistakes.length > 0) throw new SettingsError([...new Set(mistakes)]);
  return result.data;
}

function readValue(name: string, source: Source): string | undefined {
  const direct = source[name]?.trim();
  if (direct) return direct;
  const file = source[`${name}_FILE`]?.trim();
  return file ? readFileSync(file, "utf8").trim() || undefined : undefined;
}

/** Some text. Without a fallback it must be set. */
export const text = (fallback?: string) => withFallback(z.string({ error: "is missing" }), fallback);

/** A secret: no fallback, and its value never appears in a mistake. */
export const secret = (least = 1) =>
  z.string({ error: "is missing" }).min(least, { error: `must have at least ${least} characters` });

/** A whole number within bounds. The unit belongs in the variable's name. */
export const wholeNumber = (least: number, most: number, fallback?: number) => {
  const words = `must be a whole number from ${least} to ${most}`;
  const parsed = z
    .string({ error: "is missing" })
    .transform((value) => (/^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN))
    .refine((value) => value >= least && value <= most, { error: words });
  return withFallback(parsed, fallback === undefined ? undefined : String(fallback));
};

/** A TCP port. */
export const port = (fallback?: number) => wholeNumber(1, 65_535, fallback);

/** A length of time in whole seconds, up to a week. */
export const seconds = (fallback?: number) => wholeNumber(0, 604_800, fallback);

/** One of the given words. */
export const oneOf = <const T extends string>(words: readonly [T, ...T[]], fallback?: T) =>
  withFallback(
    z.enum(words, {
      error: ({ input }) => (input === undefined ? "is missing" : `must be one of: ${words.join(", ")}`),
    }),
    fallback,
  );

/** `true` or `false` (also `1`, `yes`, `on` and their opposites). */
export const flag = (fallback: boolean) =>
  z
    .string()
    .default(String(fallback))
    .transform((value) => FLAGS[value.toLowerCase()])
    .refine((value) => value !== undefined, { error: "must be true or false" })
    .transform((value) => value === true);

const FLAGS: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

/** An address like `https://example.com/chat`, with one of the given protocols (`https:`). */
export const url = (protocols: readonly string[], fallback?: string) => {
  const words = `must be an address that begins with ${protocols.map((one) => `${one}//`).join(" or ")}`;
  const parsed = z
    .string({ error: "is missing" })
    .refine((value) => protocols.includes(protocolOf(value)), { error: words });
  return withFallback(parsed, fallback);
};

const protocolOf = (value: string): string => (URL.canParse(value) ? new URL(value).protocol : "");

/** A list separated by commas; empty by default. */
export const list = () =>
  z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    );

function withFallback<T extends z.ZodType<unknown, string>>(schema: T, fallback: string | undefined) {
  return z.preprocess((value) => value ?? fallback, schema);
}
