import { describe, expect, it } from "vitest";
import { attr, child, children, childText, elements, legalText, xml } from "../../protocol/xml.ts";
import { parseXml } from "../support/xml.ts";

describe("text on its way into XML", () => {
  it.each<[what: string, text: string, legal: string]>([
    ["stays as it is", "plain Grüße \u4F60\u597D \u{1F600}", "plain Grüße \u4F60\u597D \u{1F600}"],
    ["keeps tab and line breaks", "a\tb\nc\rd", "a\tb\nc\rd"],
    ["keeps what is escaped later", "<b>&amp;]]></b>", "<b>&amp;]]></b>"],
    ["loses NUL", "a\u0000b", "a\uFFFDb"],
    ["loses control characters", "\u0001\u0008\u000B\u000C\u000E\u001F", "\uFFFD".repeat(6)],
    ["loses what is no character", "\uFFFE\uFFFF", "\uFFFD\uFFFD"],
    ["loses a lone high surrogate", "a\uD83Db", "a\uFFFDb"],
    ["loses a lone low surrogate", "a\uDE00b", "a\uFFFDb"],
    ["loses surrogates the wrong way round", "\uDE00\uD83D", "\uFFFD\uFFFD"],
    ["keeps a pair beside a lone one", "\uD83D\uD83D\uDE00", "\uFFFD\u{1F600}"],
  ])("%s", (_, text, legal) => {
    expect(legalText(text)).toBe(legal);
    const written = xml("a", { xmlns: "n", b: text }, text);
    // By every way in, and through the wire: only what XML can carry, and nothing more is lost.
    expect(written.text()).toBe(legal);
    const read = parseXml(written.toString());
    expect(read.text()).toBe(legal);
    expect(read.attrs.b).toBe(legal);
  });

  it("cannot end its element or its attribute", () => {
    const hostile = `'"/></a><b xmlns='evil'>`;
    const read = parseXml(xml("a", { xmlns: "n", b: hostile }, hostile).toString());
    expect([read.attrs.b, read.text(), elements(read)]).toEqual([hostile, hostile, []]);
  });
});

describe("an element that is built", () => {
  it("leaves out what is empty, and attributes that are not there", () => {
    const built = xml("a", { b: undefined, c: "" }, null, undefined, false, "", xml("d"), 0);
    expect(built.toString()).toBe('<a c=""><d/>0</a>');
  });
});

describe("what is asked of an element", () => {
  const el = parseXml("<a xmlns='n' x='1' y=''><b xmlns='m'>other</b><b>own</b>text<b>second</b><c/></a>");

  it("is by name and namespace, the parent's own unless another is said", () => {
    expect(child(el, "b", "n")?.text()).toBe("own");
    expect(child(el, "b", "m")?.text()).toBe("other");
    expect(child(el, "b", "x")).toBeUndefined();
    expect(children(el, "b", "n").map((one) => one.text())).toEqual(["own", "second"]);
    expect([childText(el, "b"), childText(el, "b", "m"), childText(el, "c"), childText(el, "d")]).toEqual([
      "own",
      "other",
      "",
      undefined,
    ]);
  });

  it("counts an empty attribute as none, and never finds what an object has by nature", () => {
    expect(["x", "y", "z", "constructor", "__proto__"].map((name) => attr(el, name))).toEqual([
      "1",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
