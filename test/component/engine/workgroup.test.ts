import { describe, expect, it } from "vitest";
import { initialState } from "../../../component/domain/dispatcher.ts";
import type { SpeakEffect } from "../../../component/domain/effects.ts";
import type { WorkgroupSettings } from "../../../component/domain/model.ts";
import { Workgroup } from "../../../component/engine/workgroup.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { silentLog } from "../../../runtime/log.ts";
import { fakeDatabase } from "./fake-database.ts";

const SETTINGS: WorkgroupSettings = {
  node: "support",
  title: "Support",
  description: "",
  open: true,
  agents: [{ jid: "anna@localhost", name: "Anna" }],
  form: { title: "", instructions: "", fields: [] },
  routing: "fewest-chats",
  offerTimeoutS: 20,
  requestTimeoutS: 240,
  rejectionMemoryS: 20,
  agentJoinTimeoutS: 30,
  agentGraceS: 30,
  visitorGraceS: 60,
  minChats: 1,
  maxChats: 4,
  texts: {},
};

function workgroup() {
  const db = fakeDatabase();
  const spoken: SpeakEffect["type"][] = [];
  const one = new Workgroup(initialState(SETTINGS), 0, {
    db,
    log: silentLog,
    elsewhere: () => ({ chats: 0, offers: 0 }),
    speak: (_, effect) => {
      // What is said must be saved: before any word the last transaction is over.
      expect(db.transaction).toBe("over");
      spoken.push(effect.type);
    },
    retryMs: 5,
  });
  return { one, db, spoken };
}

const signIn = {
  type: "agent-signed-in",
  at: 1,
  device: "anna@localhost/a",
  show: "available",
  maxChats: null,
} as const;
const join = (id: string) =>
  ({ type: "join-requested", at: 2, id, visitor: `${id}@web/x`, userId: `${id}@web`, metadata: {} }) as const;

describe("a workgroup's mailbox", () => {
  it("saves all that waited in one transaction, and speaks afterwards", async () => {
    const { one, db, spoken } = workgroup();
    one.post(signIn);
    await Promise.all([one.ask(join("v1")), one.ask(join("v2"))]);
    expect(db.statements.filter((text) => text === "BEGIN")).toHaveLength(1);
    expect(spoken).toContain("send-offer");
    expect(one.committed.requests.size).toBe(2);
  });

  it("takes requests again when the database is back, though nothing was waiting to be saved", async () => {
    const { one, db } = workgroup();
    one.post(signIn);
    await one.settled();
    db.fate = "away";
    await expect(one.ask(join("v1"))).rejects.toMatchObject({ type: "wait" });
    db.fate = "works";
    await expect.poll(() => one.ask(join("v2")).then(() => "taken", String)).toBe("taken");
  });

  it("tells who asks to wait while the database is away, and keeps facts", async () => {
    const { one, db, spoken } = workgroup();
    db.fate = "away";
    one.post(signIn);
    const asked = one.ask(join("v1"));
    await expect(asked).rejects.toMatchObject({ type: "wait" });
    await expect(asked).rejects.toBeInstanceOf(StanzaError);
    expect(spoken).toEqual([]);
    expect(one.committed.agents.size).toBe(0);
    await expect(one.ask(join("v2"))).rejects.toMatchObject({ type: "wait" });
    db.fate = "works";
    await expect.poll(() => one.committed.agents.size).toBe(1);
    expect(one.committed.requests.size).toBe(0);
    await expect(one.ask(join("v3"))).resolves.toBeUndefined();
  });

  it("saves the very same again when it is not known whether the commit took place", async () => {
    const { one, db, spoken } = workgroup();
    one.post(signIn);
    await expect.poll(() => one.committed.agents.size).toBe(1);
    db.fate = "away at commit";
    await expect(one.ask(join("v1"))).resolves.toBeUndefined();
    expect([...one.committed.requests.keys()]).toEqual(["v1"]);
    expect(spoken.filter((type) => type === "send-offer")).toHaveLength(1);
  });

  it("lets a step that can never be saved harm no other", async () => {
    const { one, db } = workgroup();
    one.post(signIn);
    await expect.poll(() => one.committed.agents.size).toBe(1);
    db.fate = "mistaken";
    await expect(one.ask(join("v1"))).rejects.toThrow("the step failed");
    expect(one.committed.requests.size).toBe(0);
    db.fate = "works";
    await expect(one.ask(join("v2"))).resolves.toBeUndefined();
  });
});
