import { describe, expect, it } from "vitest";
import { linkSegments, safeHref } from "../../design/links.ts";

const links = (line: string) => linkSegments(line).filter((one) => one.href !== undefined);

describe("a line with addresses", () => {
  it("is cut into text and links, and is whole again when joined", () => {
    const line = "See https://shop.example/a?b=1#c, or write to anna@example.org.";
    expect(linkSegments(line)).toEqual([
      { text: "See " },
      { text: "https://shop.example/a?b=1#c", href: "https://shop.example/a?b=1#c" },
      { text: ", or write to " },
      { text: "anna@example.org", href: "mailto:anna@example.org" },
      { text: "." },
    ]);
  });

  it("leaves a closing bracket to the sentence, unless it was opened in the address", () => {
    expect(links("(https://a.example/x)").map((one) => one.text)).toEqual(["https://a.example/x"]);
    expect(links("https://a.example/x_(y)").map((one) => one.text)).toEqual(["https://a.example/x_(y)"]);
  });
});

describe("what only looks like an address", () => {
  it("stays text: other schemes, script, markup", () => {
    for (const line of [
      "javascript:alert(1)",
      "data:text/html,<b>",
      "ftp://a.example/",
      "JAVASCRIPT:https",
      "<a href='x'>",
      "https://",
      "a@b",
      "vbscript:x@y",
    ]) {
      expect(links(line), line).toEqual([]);
    }
    expect(safeHref("javascript:alert(1)")).toBeUndefined();
  });

  it("is read in a moment, however long it is", () => {
    const long = "a".repeat(8_000);
    expect(linkSegments(long)).toEqual([{ text: long }]);
    expect(linkSegments(`${"a.".repeat(4_000)}@`)).toHaveLength(1);
  });
});
