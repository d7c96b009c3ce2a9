import { beforeEach, describe, expect, it } from "vitest";
import { Administration } from "../../../component/administration.ts";
import type { WorkgroupSettings } from "../../../component/domain/model.ts";
import { loadCommissions } from "../../../component/store/commissions.ts";
import { createLog } from "../../../runtime/log.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT } from "./samples.ts";

const store = useDatabase();
const log = createLog({ name: "test", level: "error", write: () => undefined });

let inForce: readonly WorkgroupSettings[] = [];
let administration: Administration;
const start = () =>
  new Administration({
    db: store.tx,
    log,
    domain: "example.org",
    now: () => AT,
    apply: async (settings) => {
      inForce = settings;
    },
    current: () => inForce,
  });
beforeEach(() => {
  inForce = [];
  administration = start();
});

const written = (support: object = {}) => ({
  domain: "example.org",
  admins: ["root@example.org"],
  workgroups: {
    support: { agents: { "anna@example.org": { name: "Anna" }, "ben@example.org": { name: "Ben" } }, ...support },
  },
});
const nodes = () => inForce.map(({ node }) => node);
const agentsOf = (node: string) => inForce.find((one) => one.node === node)?.agents;
const billing = {
  node: "billing",
  description: "Invoices",
  members: ["anna@example.org"],
  by: "root@example.org",
};

describe("what is written in the configuration", () => {
  it("is put into force, and says who administers", async () => {
    await administration.configure(written());
    expect(nodes()).toEqual(["support"]);
    expect(administration.isAdmin("root@example.org/home")).toBe(true);
    expect(administration.isAdmin("anna@example.org/home")).toBe(false);
  });

  it("is refused as a whole, and nothing changes", async () => {
    await administration.configure(written());
    const wrong = administration.configure({ ...written(), admins: ["eve@example.org"], workgroups: { A: {} } });
    await expect(wrong).rejects.toMatchObject({ condition: "not-acceptable" });
    expect(nodes()).toEqual(["support"]);
    expect(administration.isAdmin("eve@example.org")).toBe(false);
  });

  it("is waited for: until then nobody administers", () => {
    expect(() => administration.isAdmin("root@example.org")).toThrow(expect.objectContaining({ type: "wait" }));
  });
});

describe("a name that an agent chose", () => {
  it("is in force at once, and again after a restart and whenever the configuration is read", async () => {
    await administration.configure(written());
    await administration.renameAgent("anna@example.org", "Anna B.");
    const expected = [
      { jid: "anna@example.org", name: "Anna B." },
      { jid: "ben@example.org", name: "Ben" },
    ];
    expect(agentsOf("support")).toEqual(expected);
    administration = start();
    await administration.configure(written());
    expect(agentsOf("support")).toEqual(expected);
    await administration.renameAgent("anna@example.org", "Anna C.");
    expect(agentsOf("support")?.[0]?.name).toBe("Anna C.");
  });

  it("may be chosen before the configuration is there anew", async () => {
    await administration.configure(written());
    administration = start();
    await administration.renameAgent("ben@example.org", "Benjamin");
    expect(agentsOf("support")?.map(({ name }) => name)).toEqual(["Anna", "Benjamin"]);
  });

  it("gives way to the administrator's where the administrator names the agents", async () => {
    await administration.configure(written());
    await administration.renameAgent("anna@example.org", "Queen");
    await administration.configure(written({ agents_may_rename: false }));
    expect(agentsOf("support")?.map(({ name }) => name)).toEqual(["Anna", "Ben"]);
  });
});

describe("a workgroup made by a command", () => {
  beforeEach(() => administration.configure(written()));

  it("is there with every default, now, after a restart, and whenever the configuration is read", async () => {
    await administration.addWorkgroup(billing);
    expect(nodes()).toEqual(["billing", "support"]);
    expect(inForce[0]).toMatchObject({ title: "Billing", description: "Invoices", open: true, maxChats: 4 });
    expect(agentsOf("billing")).toEqual([{ jid: "anna@example.org", name: "Anna" }]);
    administration = start();
    await administration.configure(written());
    expect(nodes()).toEqual(["billing", "support"]);
  });

  it("changes its agents, keeps its description, and goes again", async () => {
    await administration.addWorkgroup(billing);
    await administration.updateWorkgroup("billing", ["ben@other.example"], "root@example.org");
    expect(agentsOf("billing")).toEqual([{ jid: "ben@other.example", name: "Ben" }]);
    expect(inForce[0]?.description).toBe("Invoices");
    await administration.deleteWorkgroup("billing");
    expect(nodes()).toEqual(["support"]);
    expect(await loadCommissions(store.tx)).toEqual([]);
  });

  it("stands behind one of the same name that is written in the configuration", async () => {
    await administration.addWorkgroup(billing);
    await administration.configure({ ...written(), workgroups: { billing: { name: "Written" } } });
    expect(inForce).toMatchObject([{ node: "billing", title: "Written" }]);
  });

  it.each<[what: string, order: (one: Administration) => Promise<void>, condition: string]>([
    ["made where one is written", (one) => one.addWorkgroup({ ...billing, node: "support" }), "conflict"],
    ["made under a name that is no address", (one) => one.addWorkgroup({ ...billing, node: "a b" }), "not-acceptable"],
    ["changed where it is written", (one) => one.updateWorkgroup("support", [], "root@example.org"), "not-allowed"],
    ["taken away where it is written", (one) => one.deleteWorkgroup("support"), "not-allowed"],
    ["changed where there is none", (one) => one.updateWorkgroup("nothing", [], "root@example.org"), "item-not-found"],
    ["taken away where there is none", (one) => one.deleteWorkgroup("nothing"), "item-not-found"],
  ])("is not %s", async (_, order, condition) => {
    await expect(order(administration)).rejects.toMatchObject({ condition });
    expect(nodes()).toEqual(["support"]);
    expect(await loadCommissions(store.tx)).toEqual([]);
  });

  it("is not made twice, though both orders come at once", async () => {
    const both = await Promise.allSettled([administration.addWorkgroup(billing), administration.addWorkgroup(billing)]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });
});

it("while the database is away, what is ordered has to wait", async () => {
  const gone = Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
  const away = new Administration({
    db: { query: () => Promise.reject(gone) },
    log,
    domain: "example.org",
    now: () => AT,
    apply: async () => undefined,
    current: () => [],
  });
  await expect(away.configure(written())).rejects.toMatchObject({ type: "wait" });
  await expect(away.renameAgent("anna@example.org", "Anna B.")).rejects.toMatchObject({ type: "wait" });
});
