/** A check that cannot fail is a defect: for each invariant a violation is planted, and found. */
import { describe, expect, it } from "vitest";
import {
  type Books,
  judgeBooks,
  judgeEnd,
  judgeHandles,
  judgeOrdinary,
  judgeReadiness,
  judgeTalk,
  type Kept,
  type Look,
  type TalkFacts,
} from "./judge.ts";
import { Ledger } from "./ledger.ts";

const text = (sender: string, seq: number, words = "Übergröße 漢字"): string => `[1.1 ${sender} ${seq}] ${words}`;
const [A1, B1, A2] = [text("v1", 1), text("aada", 1), text("v1", 2)];
const kept = (...texts: string[]): Kept[] => texts.map((one) => ({ id: `s${one.slice(0, 12)}`, key: one, text: one }));

/** A talk in which all is well, with what is given in place of the truth. */
function talk(planted: Partial<TalkFacts> = {}): TalkFacts {
  return {
    name: "1.1",
    asked: new Map([A1, B1, A2].map((one) => [one, one])),
    acked: new Set([A1, B1, A2]),
    retried: new Set(),
    wasDropped: () => false,
    transcript: kept(A1, B1, A2),
    others: new Map([
      ["archive", kept(A1, B1, A2)],
      ["V1/v1", kept(A1, B1, A2)],
      ["ada/desk", kept(A1, B1, A2)],
    ]),
    ...planted,
  };
}
const kinds = (planted: Partial<TalkFacts>): string[] => [...new Set(judgeTalk(talk(planted)).map(({ kind }) => kind))];
const inView = (...texts: string[]): Partial<TalkFacts> => ({ others: new Map([["ada/desk", kept(...texts)]]) });

describe("a talk's lines", () => {
  it("are well when each is everywhere once, in one order", () => {
    expect(judgeTalk(talk())).toEqual([]);
  });

  it("I1: one that was sent and is not in the transcript is lost", () => {
    expect(kinds({ transcript: kept(A1, B1), others: new Map() })).toEqual(["lost"]);
  });

  it("I1: one that was sent and is not in the archive, or not in a view, is lost", () => {
    expect(kinds({ others: new Map([["archive", kept(A1, B1)]]) })).toEqual(["lost"]);
    expect(kinds(inView(A1, A2))).toEqual(["lost"]);
  });

  it("I1: one that a view shows and nobody stored is lost", () => {
    const more = text("v1", 3);
    const asked = new Map([A1, B1, A2, more].map((one) => [one, one]));
    expect(kinds({ asked, ...inView(A1, B1, A2, more) })).toEqual(["lost"]);
  });

  it("I1: one that is stored and not in a view is lost, sent or not", () => {
    expect(kinds({ acked: new Set([A1, B1]), ...inView(A1, B1) })).toEqual(["lost"]);
  });

  it("I1: one that is twice in the transcript, or in a view, is doubled", () => {
    const again = { ...kept(A2)[0], id: "other", key: "k", text: A2 };
    expect(kinds({ transcript: [...kept(A1, B1, A2), again] })).toContain("doubled");
    expect(kinds({ others: new Map([["V1/v1", [...kept(A1, B1, A2), again]]]) })).toContain("doubled");
  });

  it("I2: one that left its sender's sight, neither sent nor failed, is lost", () => {
    const gone = text("v1", 3);
    const asked = new Map([A1, B1, A2, gone].map((one) => [one, one]));
    expect(kinds({ asked, wasDropped: (key) => key === gone })).toEqual(["lost"]);
    expect(kinds({ asked })).toEqual([]);
  });

  it("I3: a view in another order than the transcript is out of order", () => {
    expect(kinds(inView(B1, A1, A2))).toEqual(["out of order"]);
  });

  it("I3: a sender's later line before an earlier one is out of order, unless that had failed and was said again", () => {
    const turned = { transcript: kept(A2, B1, A1), others: new Map([["V1/v1", kept(A2, B1, A1)]]) };
    expect(kinds(turned)).toEqual(["out of order"]);
    expect(kinds({ ...turned, retried: new Set([A1]) })).toEqual([]);
  });

  it("I4: a line of another talk is astray", () => {
    const foreign = "[2.1 v1 1] not for here";
    expect(kinds({ transcript: kept(A1, B1, A2, foreign), others: new Map() })).toEqual(["astray"]);
  });

  it("I5: a line whose text was changed by one character is damaged", () => {
    const damaged = A2.replace("漢", "\ufffd");
    expect(kinds({ acked: new Set([A1, B1]), transcript: kept(A1, B1, damaged), others: new Map() })).toEqual([
      "damaged",
    ]);
  });
});

describe("the time in which a line is settled", () => {
  const limits = { from: 0, cured: 20_000, limitMs: 15_000, now: 60_000 };
  function ledger(...events: ["asked" | "acked" | "failed", number][]): Ledger {
    const made = new Ledger();
    const base = { who: "V1/v1", talk: "1.1" };
    for (const [what, at] of events)
      made.take(what === "asked" ? { ...base, at, what, key: "k", text: A1 } : { ...base, at, what, key: "k" });
    return made;
  }

  it("I2: is counted from recovery, or from when it was said", () => {
    expect(ledger(["asked", 1_000], ["acked", 34_900]).late(limits)).toEqual([]);
    expect(ledger(["asked", 1_000], ["acked", 35_100]).late(limits)).toHaveLength(1);
    expect(ledger(["asked", 30_000], ["failed", 44_900]).late(limits)).toEqual([]);
    expect(ledger(["asked", 30_000], ["failed", 45_100]).late(limits)).toHaveLength(1);
  });

  it("I2: a line of which nothing is ever heard is found, but not in a tab that is gone", () => {
    const pending = ledger(["asked", 1_000]);
    expect(pending.late(limits)).toHaveLength(1);
    pending.take({ at: 2_000, who: "V1/v1", talk: "", what: "closed" });
    expect(pending.late(limits)).toEqual([]);
  });
});

describe("the service's books", () => {
  const well: Books = {
    talks: [{ name: "1.1", session: "s1", agent: "ada@x" }],
    open: [{ id: "s1", phase: "in-session", offers: 0, agent: "ada@x" }],
    unended: [],
    rooms: ["s1"],
    loads: new Map([["ada@x", ["s1"]]]),
    seats: new Map([["s1", ["visitor", "agent", "service"]]]),
  };
  const wrong = (planted: Partial<Books>): string[] => judgeBooks({ ...well, ...planted }).map(({ what }) => what);
  const request = { id: "s1", phase: "in-session", offers: 0, agent: "ada@x" };

  it("are well when they tell what is", () => {
    expect(wrong({})).toEqual([]);
  });

  it.each<[string, Partial<Books>]>([
    ["a request that is open and nobody's", { open: [request, { ...request, id: "s2" }] }],
    ["a request that is there twice", { open: [request, request] }],
    ["a request that waits while its people talk", { open: [{ ...request, phase: "queued" }] }],
    ["a request in session that is offered as well", { open: [{ ...request, offers: 1 }] }],
    ["a request that ended while its people talk", { open: [] }],
    ["a request that ended without a word why", { unended: ["s0"] }],
    ["a session that the service gives to another agent", { open: [{ ...request, agent: "bob@x" }] }],
  ])("I6: show %s", (_, planted) => {
    expect(wrong(planted)).not.toEqual([]);
  });

  it("I7: show an agent who is busy with a chat that does not exist, and one whose chat is not counted", () => {
    expect(wrong({ loads: new Map([["ada@x", ["s1", "s9"]]]) })).toEqual([
      "ada@x is busy with s9, and does not talk in it",
    ]);
    expect(wrong({ loads: new Map([["ada@x", []]]) })).toEqual(["ada@x does not count it"]);
  });

  it("I8: show a room that was left behind", () => {
    expect(wrong({ rooms: ["s1", "s0"] })).toEqual(["the room s0 was left behind"]);
  });

  it("I8: show a seat that was left behind, and one that is missing", () => {
    expect(wrong({ seats: new Map([["s1", ["visitor", "visitor", "agent", "service"]]]) })).toHaveLength(1);
    expect(wrong({ seats: new Map([["s1", ["agent", "service"]]]) })).toHaveLength(1);
  });
});

describe("a talk that its people did not end", () => {
  const end = { name: "1.1", reason: "visitor-lost", awayMs: 20_000, graceMs: 20_000 };

  it("I6: may end after the visitor's grace, and not before it, nor for another reason", () => {
    expect(judgeEnd(end)).toEqual([]);
    expect(judgeEnd({ ...end, awayMs: 19_000 })).toHaveLength(1);
    expect(judgeEnd({ ...end, reason: "agent-ended" })).toHaveLength(1);
  });
});

describe("a process", () => {
  it("I8: that has kept sockets open is found, and a few more are none", () => {
    expect(judgeHandles("gateway", 100, 104)).toEqual([]);
    expect(judgeHandles("gateway", 100, 125)).toHaveLength(1);
  });
});

describe("a gateway under trouble", () => {
  const look = (at: number, ready: boolean, ordinaryMs: number | undefined = 20): Look => ({ at, ready, ordinaryMs });

  it("I9: that says it is ready while it is not is found; a second passes before it can know", () => {
    const out = { from: 0, to: 5_000 };
    expect(judgeReadiness([look(500, true), look(2_000, false), look(5_100, true)], out)).toEqual([]);
    expect(judgeReadiness([look(2_000, true)], out)).toHaveLength(1);
  });

  it("I10: that keeps ordinary work waiting while others come back is found, and a storm nobody looked at is no proof", () => {
    const storm = { from: 0, to: 5_000 };
    expect(judgeOrdinary([look(100, true, 900)], storm)).toEqual([]);
    expect(judgeOrdinary([look(100, true, 1_100)], storm)).toHaveLength(1);
    expect(judgeOrdinary([{ at: 100, ready: true, ordinaryMs: undefined }], storm)).toHaveLength(1);
    expect(judgeOrdinary([], storm)).toHaveLength(1);
  });
});
