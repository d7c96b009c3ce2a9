import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FormSession, FormSessions } from "../../../component/commands/form-sessions.ts";
import { Memory } from "../../../component/commands/memory.ts";
import { yesOrNo } from "../../../component/commands/offers.ts";
import { Pace } from "../../../component/commands/pace.ts";
import { commands } from "../../../component/commands/table.ts";
import { LANGUAGES, sayIn } from "../../../component/texts/index.ts";
import { startAgent } from "./agent.ts";

const MINUTE = 60_000;

describe("a question", () => {
  const question = (askedAt: number) =>
    ({ askedAt, command: "end", values: {}, argument: "chat", choices: [] }) as const;

  it("is forgotten after a while, and with those of very many others", () => {
    const memory = new Memory();
    memory.ask("a", question(0));
    expect(memory.question("a", 9 * MINUTE)).not.toBeNull();
    expect(memory.question("a", 10 * MINUTE)).toBeNull();
    memory.ask("b", question(0));
    for (let n = 0; n < 10_000; n += 1) memory.ask(`n${n}`, question(0));
    expect(memory.question("b", 0)).toBeNull();
  });

  it("is over once it is answered; the list that was shown is not", () => {
    const memory = new Memory();
    const shown = [{ value: "s1", label: "one", names: [] }];
    memory.show("a", shown, 0);
    memory.ask("a", question(1));
    memory.answered("a");
    expect([memory.question("a", 2), memory.shown("a", 2)]).toEqual([null, shown]);
  });
});

describe("a form under way", () => {
  const session = (id: string, device = "anna@x/a"): FormSession => ({
    id,
    device,
    node: "support end",
    command: "end",
    values: {},
    asked: [],
    confirming: false,
    at: 0,
  });

  it("is its client's, for ten minutes, one of three", () => {
    const forms = new FormSessions();
    for (const id of ["1", "2", "3", "4"]) forms.keep(session(id));
    expect(["1", "2", "3", "4"].map((id) => forms.find(id, "anna@x/a", 0)?.id)).toEqual([undefined, "2", "3", "4"]);
    expect(forms.find("2", "anna@x/b", 0)).toBeUndefined();
    expect(forms.find("2", "anna@x/a", 10 * MINUTE)).toBeUndefined();
  });

  it("is one of a thousand", () => {
    const forms = new FormSessions();
    for (let n = 0; n <= 1_000; n += 1) forms.keep(session(`${n}`, `n${n}@x/a`));
    expect(forms.find("0", "n0@x/a", 0)).toBeUndefined();
    expect(forms.find("1", "n1@x/a", 0)).toBeDefined();
  });
});

it("whoever speaks too fast is told once, and heard again after a rest", () => {
  const pace = new Pace();
  const heard = Array.from({ length: 25 }, () => pace.of("a", 0));
  expect(heard.slice(0, 20).every((one) => one === "fine")).toBe(true);
  expect(heard.slice(20)).toEqual(["warn", "silent", "silent", "silent", "silent"]);
  expect(pace.of("b", 0)).toBe("fine");
  expect(pace.of("a", 1_000)).toBe("fine");
});

describe("the texts", () => {
  it.each(LANGUAGES)("in %s give every command words of its own", (lang) => {
    const words = commands.flatMap(({ name }) => sayIn(lang)(`cmd.${name}.words`).split(" "));
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => word !== "")).toBe(true);
  });

  it("have the same holes to fill in", async () => {
    const [{ en }, { de }] = await Promise.all([
      import("../../../component/texts/en.ts"),
      import("../../../component/texts/de.ts"),
    ]);
    const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    const different = Object.entries(en).filter(([key, text]) => {
      const other = Object.entries(de).find(([one]) => one === key)?.[1] ?? "";
      return holes(text).join() !== holes(other).join();
    });
    expect(different).toEqual([]);
  });
});

it("whatever is said is answered by a sentence, and nothing is done by chance", async () => {
  const words = commands.flatMap(({ name }) => [name, name.slice(0, 2), sayIn("de")(`cmd.${name}.words`)]);
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words, "to", "1", "2", "dana", "bob", ":", "cancel"), fc.string()), {
      maxLength: 5,
    })
    .map((parts) =>
      parts
        .join(" ")
        .replace(/[^\P{C}\n]|[<>&\uFFFE\uFFFF]|\p{Cs}/gu, "")
        .trim(),
    )
    .filter((one) => one !== "" && (/^\d+$/.test(one) || yesOrNo({ say: sayIn("en") }, one) !== true));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 12 }), async (said) => {
      const anna = await startAgent();
      const dana = await anna.talks("Dana");
      const bob = await anna.talks("Bob");
      for (const one of said) expect(await anna.say(one)).not.toBe("");
      // Neither is ended without a yes to that question, and there is none among these words.
      for (const id of [dana, bob]) expect(anna.support.committed.requests.has(id)).toBe(true);
      expect(anna.lines).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
