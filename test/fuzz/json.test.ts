/** JSON from a browser, and whatever else somebody puts in its place. */
import fc from "fast-check";
import { describe, expect } from "vitest";
import { ConfigurationError, parseConfiguration } from "../../component/configuration.ts";
import {
  type ClientFrame,
  FrameError,
  MAX_ANSWER,
  MAX_LINE,
  parseClientFrame,
  parseServerFrame,
} from "../../protocol/visitor-api.ts";
import { fuzz, text, unpolluted } from "./fuzzing.ts";

/** What it gives, or undefined for a refusal; any other error fails the test. */
function attempt<T>(parse: () => T, refusal: new (...args: never[]) => Error): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof refusal) return undefined;
    throw error;
  }
}

const anything = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: text() },
    fc.anything({ withNullPrototype: true, maxDepth: 3, key: text() }),
    fc.array(text(), { maxLength: 4 }),
    fc.constantFrom(null, true, false, 0, -1, 1e308, [], {}),
  );

const KINDS = [
  "hello",
  "join",
  "cancel",
  "say",
  "typing",
  "seen",
  "end",
  "leave-message",
  "ping",
  "welcome",
  "lines",
  "refused",
];
const NAMES = [
  "workgroup",
  "token",
  "identity",
  "session",
  "after",
  "fields",
  "page",
  "key",
  "text",
  "of",
  "id",
  "active",
  "name",
  "email",
  "state",
  "lines",
];

/** Objects that look like frames: a known kind, known names, anything as their values. */
const nearlyFrame = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(...KINDS), anything()),
      fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), text()), anything(), { maxKeys: 6 }),
      fc.constantFrom("", ',"__proto__":{"polluted":1,"kind":"end"}', ',"constructor":{"prototype":{"polluted":1}}'),
    )
    .map(([kind, members, more]) => {
      const body = JSON.stringify({ ...members, kind }, (_, value) =>
        typeof value === "bigint" ? String(value) : value,
      );
      return more === "" ? body : `${body.slice(0, -1)}${more}}`;
    });

const textsOf = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(textsOf)
      : [];

function mustBeSound(frame: ClientFrame | undefined): void {
  expect(unpolluted()).toBe(true);
  if (frame === undefined) return;
  expect(KINDS.slice(0, 9)).toContain(frame.kind);
  const longest = Math.max(0, ...textsOf(frame).map(({ length }) => length));
  expect(longest).toBeLessThanOrEqual(Math.max(MAX_LINE, MAX_ANSWER));
  if (frame.kind === "join") expect(Object.getPrototypeOf(frame.fields)).toBeNull();
}

describe("a frame of a page", () => {
  fuzz("of any text is read or refused", text(), (data) =>
    mustBeSound(attempt(() => parseClientFrame(data), FrameError)),
  );
  fuzz("of any JSON is read or refused", fc.json({ maxDepth: 6 }), (data) =>
    mustBeSound(attempt(() => parseClientFrame(data), FrameError)),
  );
  fuzz("that is nearly right is read or refused", nearlyFrame(), (data) =>
    mustBeSound(attempt(() => parseClientFrame(data), FrameError)),
  );
  fuzz(
    "that is nested without end is refused",
    fc.tuple(fc.nat(60_000), fc.constantFrom("[", '{"a":', '{"kind":')),
    ([depth, open]) => {
      const close = open === "[" ? "]" : "}";
      const data = `${open.repeat(depth)}1${close.repeat(depth)}`;
      mustBeSound(attempt(() => parseClientFrame(data), FrameError));
    },
  );
});

describe("a frame of the gateway", () => {
  fuzz("of any kind is read or passed over", nearlyFrame(), (data) => {
    attempt(() => parseServerFrame(data), FrameError);
    expect(unpolluted()).toBe(true);
  });
});

describe("a configuration", () => {
  const setting = fc.constantFrom(
    "name",
    "agents",
    "form",
    "open",
    "origins",
    "identity_secret",
    "max_queue",
    "texts",
    "fields",
    "routing",
  );
  const workgroup = fc.dictionary(fc.oneof(setting, text()), anything(), { maxKeys: 5 });
  const workgroups = fc.dictionary(
    fc.oneof(fc.constantFrom("support", "sales"), text()),
    fc.oneof(workgroup, anything()),
    { maxKeys: 3 },
  );
  fuzz(
    "of anything is taken or refused with words",
    fc.oneof(
      anything(),
      workgroups.map((one) => ({ workgroups: one, admins: [] })),
    ),
    (json) => {
      try {
        parseConfiguration(json, "localhost");
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        expect(error.mistakes.length).toBeGreaterThan(0);
      }
      expect(unpolluted()).toBe(true);
    },
  );
});
