import { describe, expect, it } from "vitest";
import { around, atEnd, earlier, later, moved } from "../../../agent-ui/elements/line-window.ts";

describe("the part of a conversation that is in the document", () => {
  it("is its newest lines, whatever its length", () => {
    expect(atEnd(2_000)).toEqual({ from: 1_960, to: null });
    expect(atEnd(7)).toEqual({ from: 0, to: null });
  });

  it("is, for a reader who comes back, what stands around the line read last", () => {
    expect(around(500, 2_000)).toEqual({ from: 490, to: 530 });
    expect(around(5, 2_000)).toEqual({ from: 0, to: 40 });
    expect(around(1_990, 2_000)).toEqual({ from: 1_960, to: null });
  });

  it("grows at both edges until all is there", () => {
    expect(earlier({ from: 470, to: 560 })).toEqual({ from: 370, to: 560 });
    expect(earlier({ from: 40, to: null })).toEqual({ from: 0, to: null });
    expect(later({ from: 470, to: 560 }, 2_000)).toEqual({ from: 470, to: 660 });
    expect(later({ from: 470, to: 560 }, 640)).toEqual({ from: 470, to: null });
  });

  it("does not grow for ever under a reader who stays at the end", () => {
    expect(moved({ from: 0, to: null }, 200, true)).toEqual({ from: 0, to: null });
    expect(moved({ from: 0, to: null }, 201, true)).toEqual({ from: 161, to: null });
  });

  it("stays where it is under a reader who is elsewhere", () => {
    expect(moved({ from: 470, to: 560 }, 2_500, false)).toEqual({ from: 470, to: 560 });
    expect(moved({ from: 470, to: null }, 2_500, false)).toEqual({ from: 470, to: null });
  });

  it("begins anew with the conversation", () => {
    expect(moved({ from: 1_960, to: null }, 0, false)).toEqual({ from: 0, to: null });
    expect(moved({ from: 0, to: 60 }, 3, false)).toEqual({ from: 0, to: null });
  });
});
