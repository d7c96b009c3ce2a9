import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClientFrame,
  FrameError,
  MAX_ANSWER,
  MAX_LINE,
  parseClientFrame,
  parseServerFrame,
} from "../../protocol/visitor-api.ts";

const KEY = "key-0001";
const PAGE = { url: "https://example.net/", title: "Shop", referrer: "", language: "en", timeZone: "UTC" };

describe("a frame from a page", () => {
  it.each<ClientFrame>([
    { kind: "hello", workgroup: "support" },
    { kind: "hello", workgroup: "support", token: "t", session: "s", after: "a" },
    { kind: "join", fields: { username: ["Dana"], topics: ["a", "b"], nothing: [] }, page: PAGE },
    { kind: "cancel" },
    { kind: "say", key: KEY, text: "<b>&amp;</b> \u{1F600}\n" },
    { kind: "say", key: "k".repeat(64), text: "a".repeat(MAX_LINE) },
    { kind: "say", key: KEY, text: "a new text", of: "key-0000" },
    { kind: "say", key: KEY, text: "", of: "a1" },
    { kind: "seen", id: "a1" },
    { kind: "typing", active: true },
    { kind: "typing", active: false },
    { kind: "end" },
    { kind: "leave-message", key: KEY, name: "Dana", email: "dana@example.net", text: "Call me" },
    { kind: "ping" },
  ])("is read as it was meant: $kind", (frame) => {
    expect(parseClientFrame(JSON.stringify(frame))).toEqual(frame);
  });

  it("that says more than it should is read without it", () => {
    const more = { kind: "ping", admin: true, __proto__: { kind: "end" } };
    expect(parseClientFrame(JSON.stringify(more))).toEqual({ kind: "ping" });
    const join = parseClientFrame(JSON.stringify({ kind: "join", fields: {}, page: { url: 5, secret: "x" } }));
    expect(join).toEqual({
      kind: "join",
      fields: {},
      page: { ...PAGE, url: "", title: "", language: "", timeZone: "" },
    });
  });

  it("may have a field with a name that every object has", () => {
    const frame = parseClientFrame('{"kind":"join","fields":{"__proto__":["x"],"constructor":["y"]}}');
    if (frame.kind !== "join") throw new Error("is a join");
    expect(Object.entries(frame.fields)).toEqual([
      ["__proto__", ["x"]],
      ["constructor", ["y"]],
    ]);
    expect("polluted" in {}).toBe(false);
  });

  it("has its page's details cut to what an agent can use", () => {
    const long = "x".repeat(10_000);
    const page = { url: long, title: long, referrer: long, language: long, timeZone: long };
    const frame = parseClientFrame(JSON.stringify({ kind: "join", fields: {}, page }));
    if (frame.kind !== "join") throw new Error("is a join");
    expect(Object.values(frame.page).map((text) => text.length)).toEqual([2_000, 300, 2_000, 35, 60]);
  });
});

describe("a frame that is refused", () => {
  const say = (changes: object) => JSON.stringify({ kind: "say", key: KEY, text: "hi", ...changes });
  const join = (fields: unknown) => JSON.stringify({ kind: "join", fields, page: PAGE });
  it.each<[what: string, data: string, text: string | RegExp]>([
    ["no JSON", "{", "a frame must be JSON"],
    ["nothing", "", "a frame must be JSON"],
    ["no object", "[]", "a frame must be a JSON object"],
    ["null", "null", "a frame must be a JSON object"],
    ["a text", '"ping"', "a frame must be a JSON object"],
    ["no kind", "{}", '"kind" is no text, which no frame is'],
    ["an unknown kind", '{"kind":"dance"}', '"kind" is "dance", which no frame is'],
    ["an endless kind", `{"kind":"${"x".repeat(9_999)}"}`, `"kind" is "${"x".repeat(40)}", which no frame is`],
    ["a kind of every object", '{"kind":"constructor"}', '"kind" is "constructor", which no frame is'],
    ["a kind that is nested deep", `{"kind":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, /^"kind" is no text/],
    ["deep nesting alone", "[".repeat(65_000), "a frame must be JSON"],
    ["hello to nobody", '{"kind":"hello"}', '"workgroup" must be a text'],
    ["hello with a token of the wrong type", '{"kind":"hello","workgroup":"a","token":5}', '"token" must be a text'],
    [
      "hello with an endless token",
      JSON.stringify({ kind: "hello", workgroup: "a", token: "x".repeat(2_001) }),
      '"token" is longer than 2000 characters',
    ],
    ["a line without a key", say({ key: undefined }), '"key" must be a text'],
    ["a line with a short key", say({ key: "abc" }), /^"key" must be 8 to 64 letters/],
    ["a line with a key that could be markup", say({ key: "<b>key</b>" }), /^"key" must be 8 to 64 letters/],
    ["a line with a line break in the key", say({ key: "key-0001\n" }), /^"key" must be 8 to 64 letters/],
    ["a line with a long key", say({ key: "k".repeat(65) }), '"key" is longer than 64 characters'],
    ["a line without text", say({ text: undefined }), '"text" must be a text'],
    ["a line that is an object", say({ text: { write: "x" } }), '"text" must be a text'],
    ["a line too long", say({ text: "a".repeat(MAX_LINE + 1) }), `"text" is longer than ${MAX_LINE} characters`],
    ["a form that is none", join("x"), '"fields" must be an object'],
    ["a form that is a list", join([]), '"fields" must be an object'],
    ["an answer that is no list", join({ a: "x" }), 'field "a" must be a list of at most 50 texts'],
    ["an answer of numbers", join({ a: [1] }), 'field "a" must be a list of texts'],
    [
      "an answer too long",
      join({ a: ["x".repeat(MAX_ANSWER + 1)] }),
      `field "a" is longer than ${MAX_ANSWER} characters`,
    ],
    ["too many values", join({ a: Array(51).fill("x") }), 'field "a" must be a list of at most 50 texts'],
    [
      "too many answers",
      join(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, ["x"]]))),
      '"fields" has more than 50 entries',
    ],
    ["a name too long", join({ ["n".repeat(101)]: ["x"] }), '"fields" has a name longer than 100 characters'],
    ["a message without an address", '{"kind":"leave-message","key":"key-0001","name":"D"}', '"email" must be a text'],
  ])("for %s says so", (_, data, text) => {
    expect(() => parseClientFrame(data)).toThrow(FrameError);
    expect(() => parseClientFrame(data)).toThrow(typeof text === "string" ? new FrameError(text) : text);
  });
});

describe("whatever comes", () => {
  const kinds = ["hello", "join", "cancel", "say", "typing", "end", "leave-message", "ping"];
  const names = ["workgroup", "token", "session", "after", "fields", "page", "key", "text", "active", "name", "email"];
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.constantFrom(KEY, "", null, 5, true, "\uD800", "\u0000", [], {}),
    fc.dictionary(fc.string({ unit: "binary", maxLength: 20 }), fc.array(fc.string(), { maxLength: 3 })),
    fc.jsonValue(),
  );
  const frame = fc
    .tuple(fc.oneof(fc.constantFrom(...kinds), fc.jsonValue()), fc.dictionary(fc.constantFrom(...names), value))
    .map(([kind, rest]) => JSON.stringify({ ...rest, kind }));
  const data = fc.oneof(
    { weight: 4, arbitrary: frame },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );

  function read(text: string): ClientFrame | FrameError {
    try {
      return parseClientFrame(text);
    } catch (error) {
      if (error instanceof FrameError) return error;
      throw error;
    }
  }

  it("is a frame or a FrameError, and nothing else", () => {
    fc.assert(
      fc.property(data, (text) => void read(text)),
      { numRuns: 2_000 },
    );
  });

  it("is read the same when it is written out and read again", () => {
    fc.assert(
      fc.property(frame, (text) => {
        const first = read(text);
        if (!(first instanceof FrameError)) expect(read(JSON.stringify(first))).toEqual(first);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a frame from the gateway", () => {
  it("of a kind the page does not know, or without what it needs, is a FrameError", () => {
    for (const text of ["", "[]", "{}", '{"kind":"dance"}', '{"kind":"state"}', '{"kind":"lines","lines":[{}]}']) {
      expect(() => parseServerFrame(text)).toThrow(FrameError);
    }
  });

  it("that is known is read as it is", () => {
    const frame = { kind: "state", state: { phase: "idle" } };
    expect(parseServerFrame(JSON.stringify(frame))).toEqual(frame);
  });
});
