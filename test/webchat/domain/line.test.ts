import { describe, expect, it } from "vitest";
import { type SaidLine, type Voices, viewHistory, viewLine } from "../../../webchat/domain/line.ts";

const VOICES: Voices = {
  own: { nick: "Dana", occupantId: "o-dana" },
  service: { nicks: new Set(["Support"]), occupantIds: new Set(["o-bot"]) },
};
const NOW = 5_000;
const said = (more: Partial<SaidLine>): SaidLine => ({
  nick: "Anna",
  id: "key-1",
  stanzaId: "a1",
  occupantId: "o-anna",
  text: "Hello",
  at: 1_000,
  ...more,
});

describe("a line of the room", () => {
  it("of the visitor bears the key it was said with", () => {
    expect(viewLine(said({ nick: "Dana", occupantId: "o-dana" }), undefined, VOICES, NOW)).toEqual({
      id: "a1",
      key: "key-1",
      from: { kind: "self", name: "Dana" },
      text: "Hello",
      at: 1_000,
    });
  });

  it("is the visitor's by its occupant id, whatever the nickname was then", () => {
    const own = viewLine(said({ nick: "Dana 2", occupantId: "o-dana" }), undefined, VOICES, NOW);
    expect(own?.from.kind).toBe("self");
    const other = viewLine(said({ nick: "Dana", occupantId: "o-anna" }), undefined, VOICES, NOW);
    expect(other?.from.kind).toBe("agent");
  });

  it("of somebody else says whose it is, by what stays when names change hands", () => {
    expect(viewLine(said({}), undefined, VOICES, NOW)).toEqual({
      id: "a1",
      from: { kind: "agent", name: "Anna" },
      by: "o-anna",
      ref: "key-1",
      text: "Hello",
      at: 1_000,
    });
  });

  it("that the room did not archive is not shown", () => {
    expect(viewLine(said({ stanzaId: null }), undefined, VOICES, NOW)).toBeNull();
  });

  it("that comes live is of now", () => {
    expect(viewLine(said({ at: null }), undefined, VOICES, NOW)?.at).toBe(5_000);
  });

  it("that the workgroup says for an agent is the agent's, in the agent's own words", () => {
    const bot = said({ nick: "Support", occupantId: "o-bot", text: "Anna: Hello" });
    expect(viewLine(bot, { kind: "spoken", name: "Anna", text: "Hello" }, VOICES, NOW)).toMatchObject({
      from: { kind: "agent", name: "Anna" },
      text: "Hello",
    });
  });

  it("that the workgroup says for the visitor is the visitor's question", () => {
    const bot = said({ nick: "Support", occupantId: "o-bot", text: "Dana asks: Why?" });
    expect(viewLine(bot, { kind: "question", name: "Dana", text: "Why?" }, VOICES, NOW)).toEqual({
      id: "a1",
      from: { kind: "self", name: "Dana" },
      text: "Why?",
      at: 1_000,
      service: "question",
    });
  });

  it("is not taken for the workgroup's because it bears the workgroup's mark", () => {
    expect(viewLine(said({}), { kind: "requeued" }, VOICES, NOW)?.from.kind).toBe("agent");
  });

  it("with the mark is the workgroup's when the workgroup itself is away", () => {
    const away: Voices = { ...VOICES, service: { nicks: new Set(), occupantIds: new Set() } };
    expect(viewLine(said({ nick: "Support" }), { kind: "requeued" }, away, NOW)).toMatchObject({
      from: { kind: "service", name: "Support" },
      service: "requeued",
    });
  });
});

describe("a line of the transcript", () => {
  const stored = { id: "a1", key: "k", name: "Dana", at: 1 };
  it.each([
    ["visitor", "Hello", { from: { kind: "self", name: "Dana" }, key: "k", text: "Hello" }],
    ["agent", "Hello", { from: { kind: "agent", name: "Dana" }, text: "Hello" }],
    ["service", "Closed", { from: { kind: "service", name: "Dana" }, text: "Closed" }],
  ] as const)("of the %s: %s", (speaker, text, expected) => {
    const view = viewHistory({ ...stored, speaker, text });
    expect(view).toEqual({ id: "a1", at: 1, ...expected });
  });

  it("that the workgroup said for the visitor is the visitor's question", () => {
    const view = viewHistory({ ...stored, key: "", speaker: "visitor", text: "Why?", service: "question" });
    expect(view).toEqual({ id: "a1", at: 1, from: { kind: "self", name: "Dana" }, text: "Why?", service: "question" });
  });
});
