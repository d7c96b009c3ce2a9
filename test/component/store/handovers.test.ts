import { beforeEach, describe, expect, it } from "vitest";
import type { Block, Handover, Request } from "../../../component/domain/model.ts";
import { blocksOf, deleteBlock, saveBlock } from "../../../component/store/blocks.ts";
import { recordOffer } from "../../../component/store/offers.ts";
import { deleteHandover, findLastVisit, loadOpenRequests, saveRequest } from "../../../component/store/requests.ts";
import { occupantsSeen, participantJoined, participantLeft } from "../../../component/store/sessions.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, offer, request } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const asked: Handover = {
  id: "h1",
  kind: "transfer",
  by: "anna@localhost/a",
  to: { type: "workgroup", node: "sales", queue: "Default Queue" },
  reason: "An invoice",
  agent: null,
  until: AT + 600_000,
};
const sought: Request = request("h1", {
  visitor: "r1@webchat.localhost/web",
  handover: {
    kind: "transfer",
    session: "r1",
    owner: "support",
    by: "anna@localhost/a",
    reason: "An invoice",
    queue: "Default Queue",
    ignore: ["anna@localhost"],
    patientUntil: AT,
  },
});

describe("a handover over a restart", () => {
  it("is found again by the session's workgroup and by the one that looks for somebody", async () => {
    const talk = request("r1", { handovers: [asked], monitors: ["dora@localhost"], room: "open" });
    await saveRequest(store.tx, "support", talk);
    await saveRequest(store.tx, "sales", sought);
    expect(await loadOpenRequests(store.tx)).toEqual([
      { workgroup: "sales", request: sought },
      { workgroup: "support", request: talk },
    ]);
  });

  it("leaves nothing when it is decided, its offers included, and is nobody's visit", async () => {
    await saveRequest(store.tx, "sales", sought);
    await recordOffer(store.tx, "h1", offer("o1"), AT, "accepted");
    await deleteHandover(store.tx, "h1");
    expect(await loadOpenRequests(store.tx)).toEqual([]);
    expect(await findLastVisit(store.tx, "sales", "r1@webchat.localhost")).toBeNull();
    const { rows } = await store.tx.query("SELECT id FROM offers");
    expect(rows).toEqual([]);
  });

  it("is all that can be deleted so: a visitor's request stays", async () => {
    await saveRequest(store.tx, "support", request("r1"));
    await deleteHandover(store.tx, "r1");
    expect(await loadOpenRequests(store.tx)).toHaveLength(1);
  });
});

describe("who was in a room", () => {
  it("is told once for each client, as it first came, and only to the session's workgroup", async () => {
    await saveRequest(store.tx, "support", request("r1"));
    const [jid, phone] = ["anna@localhost/a", "anna@localhost/phone"];
    await participantJoined(store.tx, "r1", { jid: "v@x/web", nick: "Dana", role: "visitor", at: AT + 5 });
    await participantJoined(store.tx, "r1", { jid, nick: "Anna", role: "agent", at: AT });
    await participantLeft(store.tx, "r1", jid, AT + 7);
    await participantJoined(store.tx, "r1", { jid, nick: "Anna again", role: "agent", at: AT + 9 });
    await participantJoined(store.tx, "r1", { jid: phone, nick: "Anna", role: "agent", at: AT + 11 });
    expect(await occupantsSeen(store.tx, "support", "r1")).toEqual([
      { jid, nick: "Anna", joinedAt: AT },
      { jid: "v@x/web", nick: "Dana", joinedAt: AT + 5 },
      { jid: phone, nick: "Anna", joinedAt: AT + 11 },
    ]);
    expect(await occupantsSeen(store.tx, "sales", "r1")).toEqual([]);
  });
});

describe("visitors who are kept out", () => {
  const block = (visitor: string, until: number): Block => {
    return { visitor, name: "Dana \u{1F44B}", by: "anna@localhost", reason: "rude", at: AT, until };
  };

  it("are found again until their time is over, by workgroup, with the latest word on each", async () => {
    await saveBlock(store.tx, "support", block("a@x", AT + 5));
    await saveBlock(store.tx, "support", block("a@x", AT + 50));
    await saveBlock(store.tx, "support", block("b@x", AT + 9));
    await saveBlock(store.tx, "sales", block("c@x", AT + 50));
    expect(await blocksOf(store.tx, "support", AT + 9)).toEqual(new Map([["a@x", block("a@x", AT + 50)]]));
  });

  it("are let in again", async () => {
    await saveBlock(store.tx, "support", block("a@x", AT + 50));
    await deleteBlock(store.tx, "support", "a@x");
    expect((await blocksOf(store.tx, "support", AT)).size).toBe(0);
  });
});
