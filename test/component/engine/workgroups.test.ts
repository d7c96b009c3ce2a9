import { describe, expect, it } from "vitest";
import type { SpeakEffect } from "../../../component/domain/effects.ts";
import { Workgroups } from "../../../component/engine/workgroups.ts";
import { silentLog } from "../../../runtime/log.ts";
import { settings } from "../domain/scene.ts";
import { fakeDatabase } from "./fake-database.ts";

const ANNA = "anna@localhost/ui";

/** Two workgroups that Anna serves, one chat at a time altogether. */
async function twoWorkgroups() {
  let clock = 1_000;
  const spoken: { node: string; effect: SpeakEffect }[] = [];
  const workgroups: Workgroups = new Workgroups({
    db: fakeDatabase(),
    log: silentLog,
    domain: "workgroup.localhost",
    now: () => ++clock,
    speak(workgroup, effect) {
      spoken.push({ node: workgroup.node, effect });
      if (effect.type === "capacity-freed") workgroups.capacityFreed(effect.agent, workgroup);
    },
  });
  await workgroups.configure([settings({ maxChats: 1 }), settings({ node: "sales", maxChats: 1 })]);
  const at = (node: string) => {
    const found = workgroups.at(`${node}@workgroup.localhost`);
    if (!found) throw new Error(`no ${node}`);
    return found;
  };
  const [support, sales] = [at("support"), at("sales")];
  const signedIn = { type: "agent-signed-in", device: ANNA, show: "available", maxChats: null } as const;
  for (const one of [support, sales]) await one.ask({ ...signedIn, at: ++clock });
  const join = async (workgroup: typeof support, id: string) =>
    workgroup.ask({
      type: "join-requested",
      at: ++clock,
      id,
      visitor: `${id}@web/x`,
      userId: `${id}@web`,
      metadata: {},
    });
  const phase = (workgroup: typeof support, id: string) => workgroup.committed.requests.get(id)?.phase.name;
  return { workgroups, support, sales, spoken, join, phase, tick: () => ++clock };
}

describe("an agent of two workgroups", () => {
  it("is one person: busy in one, busy in the other", async () => {
    const { support, sales, join, phase } = await twoWorkgroups();
    await join(support, "r1");
    await join(sales, "s1");
    expect([phase(support, "r1"), phase(sales, "s1")]).toEqual(["offered", "queued"]);
  });

  it("goes, once free, to whoever has waited longest, in whichever workgroup", async () => {
    const { support, sales, join, phase, tick } = await twoWorkgroups();
    await join(support, "r1");
    await join(sales, "s1");
    await join(support, "r2");
    await support.ask({ type: "depart-requested", at: tick(), visitor: "r1@web/x" });
    await expect.poll(() => phase(sales, "s1")).toBe("offered");
    expect(phase(support, "r2")).toBe("queued");
    await sales.ask({ type: "depart-requested", at: tick(), visitor: "s1@web/x" });
    await expect.poll(() => phase(support, "r2")).toBe("offered");
  });
});

describe("workgroups by address", () => {
  it("are found at the bare and any full address of their own domain, and nowhere else", async () => {
    const { workgroups, support } = await twoWorkgroups();
    expect(workgroups.at("support@workgroup.localhost/Default Queue")).toBe(support);
    expect(workgroups.at("support@elsewhere")).toBeUndefined();
    expect(workgroups.at("workgroup.localhost")).toBeUndefined();
    expect(workgroups.addressOf(support)).toBe("support@workgroup.localhost");
  });

  it("of an agent are those that are not removed", async () => {
    const { workgroups, sales } = await twoWorkgroups();
    expect(workgroups.ofAgent(ANNA)).toHaveLength(2);
    await workgroups.configure([settings({ maxChats: 1 })]);
    await expect.poll(() => sales.committed.removed).toBe(true);
    expect(workgroups.ofAgent("anna@localhost").map(({ node }) => node)).toEqual(["support"]);
  });
});
