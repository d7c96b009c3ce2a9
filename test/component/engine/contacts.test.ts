import { describe, expect, it } from "vitest";
import { initialState } from "../../../component/domain/dispatcher.ts";
import type { WorkgroupSettings } from "../../../component/domain/model.ts";
import { Contacts } from "../../../component/engine/contacts.ts";
import type { Element } from "../../../protocol/xml.ts";
import { silentLog } from "../../../runtime/log.ts";
import { settings } from "../domain/scene.ts";

const ANNA = "anna@example.org";
const agents = [
  { jid: ANNA, name: "Anna" },
  { jid: "ben@example.org", name: "Ben" },
];
const desk = (of: Partial<WorkgroupSettings> = {}) => ({
  node: "support",
  committed: initialState(settings({ agents, ...of })),
});

function world(rows: object[] = []) {
  const sent: Element[] = [];
  const saved: unknown[][] = [];
  let away = false;
  const db = {
    async query(text: string, values: unknown[] = []) {
      if (away) throw new Error("the database is away");
      if (!text.startsWith("SELECT")) saved.push(values);
      return { rows: text.startsWith("SELECT") ? rows : [], rowCount: 0, command: "", oid: 0, fields: [] };
    },
  };
  const contacts = new Contacts({
    // biome-ignore lint/suspicious/noExplicitAny: rows are what the test says
    db: db as any,
    log: silentLog,
    domain: "workgroup.example.org",
    now: () => 1_000,
    send: (stanza) => void sent.push(stanza),
  });
  return {
    contacts,
    saved,
    told: () => sent.splice(0).map(({ attrs }) => [attrs.type, attrs.to]),
    setAway(now: boolean) {
      away = now;
    },
  };
}

describe("agents who are configured", () => {
  it("are asked once, and it is remembered before", async () => {
    const { contacts, told, saved } = world();
    await contacts.greet(desk());
    expect(told()).toEqual([
      ["subscribe", ANNA],
      ["subscribe", "ben@example.org"],
    ]);
    expect(saved).toHaveLength(2);
    await contacts.greet(desk());
    expect(told()).toEqual([]);
  });

  it("are not asked while that could not be remembered", async () => {
    const { contacts, told, setAway } = world();
    setAway(true);
    await contacts.greet(desk());
    expect(told()).toEqual([]);
    setAway(false);
    await contacts.greet(desk());
    expect(told()).toHaveLength(2);
  });

  it("are found as saved, and their servers are asked how they are", async () => {
    const row = {
      workgroup: "support",
      jid: ANNA,
      subscribed: true,
      granted: true,
      asked_at: null,
      lang: "de",
      max_chats: 2,
    };
    const { contacts, told } = world([row]);
    await contacts.restore();
    expect(contacts.isGranted("support", `${ANNA}/phone`)).toBe(true);
    expect(contacts.find("support", ANNA)).toMatchObject({ lang: "de", maxChats: 2 });
    contacts.probe(desk());
    expect(told()).toEqual([["probe", ANNA]]);
    // Ben is to be asked yet, Anna has granted it.
    await contacts.greet(desk());
    expect(told()).toEqual([["subscribe", "ben@example.org"]]);
  });

  it("are let go when they are agents no more, and asked again when they are anew", async () => {
    const { contacts, told } = world();
    contacts.note(desk(), ANNA, { granted: true, askedAt: 1 });
    await contacts.greet(desk({ agents: agents.slice(1) }));
    expect(told()).toEqual([
      ["unsubscribe", ANNA],
      ["subscribe", "ben@example.org"],
    ]);
    contacts.probe(desk({ agents: agents.slice(1) }));
    expect(told()).toEqual([["probe", "ben@example.org"]]);
    await contacts.greet(desk());
    expect(told()).toEqual([["subscribe", ANNA]]);
  });
});

describe("everybody who has it among the contacts", () => {
  it("is told, and forgotten when it is nobody's contact any more", () => {
    const { contacts, saved } = world();
    contacts.note(desk(), "dana@example.net/phone", { subscribed: true });
    contacts.note(desk(), "dana@example.net", { subscribed: true });
    expect(contacts.subscribers("support")).toEqual(["dana@example.net"]);
    contacts.note(desk(), "dana@example.net", { subscribed: false });
    expect(contacts.subscribers("support")).toEqual([]);
    expect(saved).toHaveLength(2);
  });

  it("is bounded in number, but for agents", () => {
    const { contacts } = world();
    for (let n = 0; n < 10_050; n += 1) contacts.note(desk(), `v${n}@example.net`, { subscribed: true });
    contacts.note(desk(), ANNA, { subscribed: true });
    expect(contacts.subscribers("support")).toHaveLength(10_001);
  });
});
