import { describe, expect, it } from "vitest";
import {
  cannedAnswers,
  findAnswers,
  type Macro,
  type MacroGroup,
  macroMistake,
} from "../../../component/domain/macros.ts";

const macro = (title: string, response = `${title}!`): Macro => ({ title, description: "", response, kind: "text" });
const group = (title: string, macros: Macro[] = [], groups: MacroGroup[] = []): MacroGroup => ({
  title,
  macros,
  groups,
});

const shared = group("Support", [macro("Hello")], [group("Billing", [macro("Invoice", "Your invoice is attached.")])]);
const personal = group("Mine", [macro("Bye", "Have a nice day, and hello to Bob")]);

describe("canned answers as a list", () => {
  it("are the workgroup's, then the agent's own, numbered through, each with the groups it lies in", () => {
    const list = cannedAnswers(shared, personal);
    expect(list.map(({ number, title, path, personal: own }) => ({ number, title, path, own }))).toEqual([
      { number: 1, title: "Hello", path: [], own: false },
      { number: 2, title: "Invoice", path: ["Billing"], own: false },
      { number: 3, title: "Bye", path: [], own: true },
    ]);
    expect(cannedAnswers(null, null)).toEqual([]);
  });

  it.each<[words: string, numbers: number[]]>([
    ["", [1, 2, 3]],
    ["HELLO", [1, 3]],
    ["invoice billing", [2]],
    ["bob nice", [3]],
    ["billing bob", []],
    ["  in  vo ", [2]],
  ])("are found by %j, those with it in the title first", (words, numbers) => {
    const { found, total } = findAnswers(cannedAnswers(shared, personal), words, { limit: 10 });
    expect(found.map(({ number }) => number)).toEqual(numbers);
    expect(total).toBe(numbers.length);
  });

  it("are given by page", () => {
    const { found, total } = findAnswers(cannedAnswers(shared, personal), "", { offset: 1, limit: 1 });
    expect(found.map(({ number }) => number)).toEqual([2]);
    expect(total).toBe(3);
  });
});

describe("a tree of canned answers", () => {
  const deep = (levels: number): MacroGroup => (levels === 1 ? group("x") : group("x", [], [deep(levels - 1)]));
  const many = (n: number) => Array.from({ length: n }, (_, i) => macro(`m${i}`));

  it("may be as it is usual", () => {
    expect(macroMistake(shared)).toBeUndefined();
    expect(macroMistake(group("x", many(500), []))).toBeUndefined();
    expect(macroMistake(deep(8))).toBeUndefined();
  });

  it.each<[what: string, tree: MacroGroup]>([
    ["a group without a title", group("x", [], [group(" ")])],
    ["an answer without a title", group("x", [], [group("y", [macro("", "z")])])],
    ["a title that is no title", group("x", [macro("y".repeat(201))])],
    ["an answer that is a book", group("x", [macro("y", "z".repeat(10_001))])],
    ["too many answers", group("x", many(300), [group("y", many(201))])],
    [
      "too many groups",
      group(
        "x",
        [],
        Array.from({ length: 200 }, () => group("y")),
      ),
    ],
    ["groups too deep", deep(9)],
  ])("may not have %s", (_, tree) => {
    expect(macroMistake(tree)).toMatch(/\.$/);
  });
});
