import { describe, expect, it } from "vitest";
import { firstWord, fold, meant, splitAtTo } from "../../../component/commands/words.ts";

it.each([
  ["  Take   John ", "take john"],
  ["Jürgen!", "jurgen"],
  ["„Straße“", "strasse"],
  ["YES.", "yes"],
])("%s is compared as %s", (text, folded) => {
  expect(fold(text)).toBe(folded);
});

describe("who is meant", () => {
  const people = ["Anna", "Annabel", "Jürgen Groß", "Ben Stone", "Bea"];
  it.each<[text: string, found: string[]]>([
    ["anna", ["Anna"]],
    ["ann", ["Anna", "Annabel"]],
    ["annab", ["Annabel"]],
    ["jurgen", ["Jürgen Groß"]],
    ["juergen", ["Jürgen Groß"]],
    ["gross", ["Jürgen Groß"]],
    ["STONE", ["Ben Stone"]],
    ["be", ["Ben Stone", "Bea"]],
    ["zoe", []],
    ["", []],
    [".*", []],
  ])("by “%s”", (text, found) => {
    expect(meant(text, people, (name) => [name])).toEqual(found);
  });
});

it.each([
  ["john to anna", ["john", "anna"]],
  ["John an Anna", ["John", "Anna"]],
  ["anna", ["anna", ""]],
  ["to anna", ["anna", ""]],
  ["3 to john to anna", ["3 to john", "anna"]],
  ["", ["", ""]],
])("“%s” is split", (text, parts) => {
  expect(splitAtTo(text)).toEqual(parts);
});

it("the first word is split off, whatever follows it", () => {
  expect(firstWord("  note  a line\nand another ")).toEqual(["note", "a line\nand another"]);
  expect(firstWord("")).toEqual(["", ""]);
});
