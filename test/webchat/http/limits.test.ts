import { describe, expect, it } from "vitest";
import { createLimits, MOST, RATES, readLimits } from "../../../webchat/http/limits.ts";

describe("limits", () => {
  const rates = {
    ...RATES,
    joins: { visit: { burst: 1, perS: 1 }, address: { burst: 2, perS: 0.1 }, workgroup: { burst: 3, perS: 0.01 } },
  };
  const asking = (visit: string, address: string, workgroup = "support") => ({ visit, address, workgroup });

  it("count for the visit, for the address and for the workgroup, and tell whose was reached", () => {
    const reached: string[] = [];
    const limits = createLimits({ rates, now: () => 0, onRefusal: (doing, who) => reached.push(`${doing} ${who}`) });
    expect(limits.take("joins", asking("v1", "a1"))).toBe(0);
    expect(limits.take("joins", asking("v1", "a1"))).toBe(1);
    expect(limits.take("joins", asking("v2", "a1"))).toBe(0);
    expect(limits.take("joins", asking("v3", "a1"))).toBe(10);
    expect(limits.take("joins", asking("v4", "a2"))).toBe(0);
    expect(limits.take("joins", asking("v5", "a3"))).toBe(100);
    expect(limits.take("joins", asking("v5", "a3", "sales"))).toBe(0);
    expect(reached).toEqual(["joins visit", "joins address", "joins workgroup"]);
  });

  it("let a visitor send five files, and one more every fifty seconds", () => {
    let at = 0;
    const limits = createLimits({ now: () => at });
    const send = (): number => limits.take("uploads", asking("v1", "a1"));
    expect(Array.from({ length: 6 }, send)).toEqual([0, 0, 0, 0, 0, 50]);
    at = 49_000;
    expect(send()).toBe(1);
    at = 50_000;
    expect([send(), send()]).toEqual([0, 50]);
  });

  it("take nothing from anybody for what is refused", () => {
    let at = 0;
    const limits = createLimits({ rates, now: () => at });
    for (let i = 0; i < 10; i++) limits.take("joins", asking("v1", "a1"));
    expect(limits.take("joins", asking("v2", "a1"))).toBe(0);
    expect(limits.take("joins", asking("v3", "a2"))).toBe(0);
    expect(limits.take("joins", asking("v4", "a3"))).toBeGreaterThan(0);
    at = 100_000;
    expect(limits.take("joins", asking("v4", "a3"))).toBe(0);
  });

  it("are of one kind each: who has said all there is to say may still leave", () => {
    const limits = createLimits({ now: () => 0 });
    while (limits.take("lines", asking("v1", "a1")) === 0);
    expect(limits.take("acts", asking("v1", "a1"))).toBe(0);
  });

  it("make an address that is refused again and again a flooding one: it may not join for a minute", () => {
    let at = 0;
    const floods: string[] = [];
    const few = { ...rates, refusals: { address: { burst: 3, perS: 0.001 } } };
    const limits = createLimits({ rates: few, now: () => at, onFlood: (address) => floods.push(address) });
    for (let i = 0; i < 6; i++) limits.take("joins", asking(`v${i}`, "a1"));
    expect(floods).toEqual(["a1"]);
    expect(limits.take("joins", asking("v9", "a1", "sales"))).toBe(60);
    expect(limits.take("joins", asking("v9", "a2"))).toBe(0);
    expect(limits.take("lines", asking("v1", "a1"))).toBe(0);
    at = 61_000;
    expect(limits.take("joins", asking("v9", "a1", "sales"))).toBe(0);
    expect(floods).toEqual(["a1"]);
  });

  it("do not hold the fullness of a workgroup against those who ask", () => {
    const floods: string[] = [];
    const few = { ...rates, refusals: { address: { burst: 1, perS: 0.001 } } };
    const limits = createLimits({ rates: few, now: () => 0, onFlood: (address) => floods.push(address) });
    for (let i = 0; i < 10; i++) limits.take("joins", asking(`v${i}`, i < 3 ? `a${i}` : "a9"));
    expect(floods).toEqual([]);
  });

  it("forget those who asked least lately, rather than growing without bound", () => {
    const limits = createLimits({ rates, now: () => 0, mostKept: 2 });
    for (const visit of ["v1", "v2"]) limits.take("joins", { visit });
    expect(limits.take("joins", { visit: "v1" })).toBe(1);
    limits.take("joins", { visit: "v3" });
    expect(limits.take("joins", { visit: "v1" })).toBe(1);
    expect(limits.take("joins", { visit: "v2" })).toBe(0);
  });
});

describe("an administrator's limits", () => {
  it("change what they name and leave the rest", () => {
    const { rates, most, mistakes } = readLimits(["joins.address=20:0.5", "sockets=5000"]);
    expect(mistakes).toEqual([]);
    expect(rates).toEqual({ ...RATES, joins: { ...RATES.joins, address: { burst: 20, perS: 0.5 } } });
    expect(most).toEqual({ ...MOST, sockets: 5000 });
  });

  it.each([
    "joins.address",
    "joins=1:1",
    "joins.address=1",
    "x.address=1:1",
    "joins.x=1:1",
    "joins.address=0:1",
    "joins.address=1:0",
    "joins.address=-1:1",
    "sockets=1:1",
    "sockets=0",
    "__proto__=1",
    "constructor.address=1:1",
  ])("%s is a mistake", (entry) => {
    expect(readLimits([entry]).mistakes).toEqual([`"${entry}"`]);
  });
});
