import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Request } from "../../../component/domain/model.ts";
import { isWaiting, RequestBook } from "../../../component/domain/request-book.ts";

const PHASES: Request["phase"][] = [
  { name: "queued" },
  { name: "offered", offers: [] },
  { name: "in-session", agent: "anna@localhost", occupants: [], startedAt: 0, agentAwayAt: null, visitorAwayAt: null },
];

const request = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((n) => `r${n}`),
  visitor: fc.constantFrom("dana@web/x", "dana@web/y", "john@web/x", "eve@web/x"),
  rank: fc.integer({ min: -3, max: 5 }),
  joinedAt: fc.integer({ min: 0, max: 3 }),
  phase: fc.constantFrom(...PHASES),
  rejections: fc.constantFrom<Request["rejections"]>({}, { "anna@localhost": 1 }),
});

type Told = Pick<Request, "id" | "visitor" | "rank" | "joinedAt" | "phase" | "rejections">;
const whole = (told: Told): Request => ({
  userId: "",
  metadata: {},
  deadlineAt: 0,
  room: "none",
  served: [],
  ...told,
});

/** One step: some requests are put, some leave. */
const steps = fc.array(
  fc.record({
    put: fc.array(request, { maxLength: 6 }),
    leave: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 3 }),
  }),
  { maxLength: 20 },
);

const byPlace = (a: Request, b: Request): number =>
  a.rank - b.rank || a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1);
const ids = (requests: Iterable<Request>): string[] => [...requests].map(({ id }) => id).sort();

function expectSame(book: RequestBook, plain: ReadonlyMap<string, Request>): void {
  const all = [...plain.values()];
  expect(new Map(book)).toEqual(plain);
  expect(book.size).toBe(plain.size);
  const waiting = all.filter(isWaiting).sort(byPlace);
  expect(book.waiting()).toEqual(waiting);
  expect(waiting.map((one) => book.countBefore(one))).toEqual(waiting.map((_, index) => index));
  expect(ids(book.engaged())).toEqual(ids(all.filter(({ phase }) => phase.name !== "queued")));
  expect(ids(book.declined())).toEqual(ids(all.filter(({ rejections }) => Object.keys(rejections).length > 0)));
  for (const visitor of ["dana@web", "john@web", "eve@web", "nobody@web"]) {
    const own = ids(all.filter((one) => one.visitor.startsWith(visitor)));
    expect([visitor, `${visitor}/x`, `${visitor}/z`].map((address) => ids(book.ofVisitor(address)))).toEqual([
      own,
      own,
      own,
    ]);
  }
}

describe("a book of requests", () => {
  it("tells what a plain map and a sorted list would, and what it told before stays as it was", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const versions: [RequestBook, ReadonlyMap<string, Request>][] = [[new RequestBook(), new Map()]];
        for (const { put, leave } of all) {
          const [before, plainBefore] = versions.at(-1) ?? [new RequestBook(), new Map<string, Request>()];
          const [book, plain] = [before.fork(), new Map(plainBefore)];
          for (const told of put) {
            book.set(whole(told));
            plain.set(told.id, whole(told));
          }
          for (const n of leave) {
            book.delete(`r${n}`);
            plain.delete(`r${n}`);
          }
          versions.push([book, plain]);
        }
        for (const [book, plain] of versions) expectSame(book, plain);
      }),
      { numRuns: 300 },
    );
  });

  it("can be gone through while it is written to", () => {
    const book = new RequestBook();
    for (let n = 0; n < 40; n += 1)
      book.set(
        whole({
          id: `r${n}`,
          visitor: "v",
          rank: n,
          joinedAt: 0,
          phase: { name: "offered", offers: [] },
          rejections: {},
        }),
      );
    const fork = book.fork();
    const seen: string[] = [];
    for (const one of fork.values()) {
      seen.push(one.id);
      if (Number(one.id.slice(1)) % 2 === 0) fork.delete(one.id);
      else fork.set({ ...one, phase: { name: "queued" } });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(40);
    expect(fork.waitingCount).toBe(20);
    expect(book.waitingCount).toBe(40);
  });

  it("is made from any map", () => {
    const one = whole({ id: "r1", visitor: "v", rank: 1, joinedAt: 0, phase: { name: "queued" }, rejections: {} });
    const book = RequestBook.of(new Map([["r1", one]]));
    expect(book.waiting()).toEqual([one]);
    expect(RequestBook.of(book)).toBe(book);
  });
});
