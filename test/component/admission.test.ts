import { describe, expect, it } from "vitest";
import { Admission } from "../../component/admission.ts";

const AT = 1_000_000;
let now = AT;
const open = (): Admission => {
  now = AT;
  return new Admission("example.org", () => now);
};
/** How many in a row are let in, of so many. */
const admitted = (admission: Admission, visitors: string[], doing: "joins" | "messages" = "joins"): number =>
  visitors.filter((visitor) => {
    try {
      admission.admit(doing, visitor);
      return true;
    } catch {
      return false;
    }
  }).length;
const many = (visitor: (i: number) => string, count = 300): string[] =>
  Array.from({ length: count }, (_, i) => visitor(i));

describe("visitors with clients of their own", () => {
  it("are let in so fast, each by the account, whatever its devices, and are told when to come again", () => {
    const admission = open();
    expect(
      admitted(
        admission,
        many((i) => `eve@example.org/${i}`),
      ),
    ).toBe(20);
    expect(() => admission.admit("joins", "eve@example.org/x")).toThrow("Try again in 10 seconds.");
    now = AT + 10_000;
    expect(admitted(admission, ["eve@example.org/x", "eve@example.org/x"])).toBe(1);
    // What is refused does not count, other things are counted apart, and so are others.
    now = AT + 20_000;
    expect(admitted(admission, ["eve@example.org/x", "eve@example.org/x"])).toBe(1);
    expect(
      admitted(
        admission,
        many(() => "eve@example.org/x"),
        "messages",
      ),
    ).toBe(20);
    expect(admitted(admission, ["dana@example.org/x"])).toBe(1);
  });

  it("are counted together when another server makes accounts as it likes", () => {
    const admission = open();
    expect(
      admitted(
        admission,
        many((i) => `eve${i}@evil.example/x`),
      ),
    ).toBe(100);
    expect(() => admission.admit("joins", "new@evil.example/x")).toThrow("Try again in 1 seconds.");
    expect(admitted(admission, ["dana@other.example/x"])).toBe(1);
    // Accounts of our own server are made by its administrators.
    expect(
      admitted(
        admission,
        many((i) => `agent${i}@example.org/x`),
      ),
    ).toBe(300);
  });

  it("on pages were counted by the gateway", () => {
    const admission = open();
    expect(
      admitted(
        admission,
        many(() => "v1@webchat.example.org/web"),
      ),
    ).toBe(300);
    expect(
      admitted(
        admission,
        many(() => "eve@notexample.org/x"),
      ),
    ).toBe(20);
  });

  it("are forgotten when there are too many: the memory is bounded", () => {
    const admission = open();
    expect(
      admitted(
        admission,
        many((i) => `a${i}@example.org/x`, 20_000),
      ),
    ).toBe(20_000);
    expect(
      admitted(
        admission,
        many(() => "eve@example.org/x"),
      ),
    ).toBe(20);
    admitted(
      admission,
      many((i) => `b${i}@example.org/x`, 20_000),
    );
    expect(admitted(admission, ["eve@example.org/x"])).toBe(1);
  });
});
