import { beforeEach, describe, expect, it } from "vitest";
import { endRequest, saveRequest } from "../../../component/store/requests.ts";
import {
  lastChatEnds,
  participantJoined,
  participantLeft,
  recentWaits,
  startSession,
  transcriptsOf,
} from "../../../component/store/sessions.ts";
import { appendEntries } from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, request } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const dana = { userId: "dana@webchat.localhost", visitor: "dana@webchat.localhost/web" };
const ofDana = { workgroup: "support", userId: "dana@webchat.localhost" };
const anna = (device: string, at: number) =>
  ({ jid: `anna@localhost/${device}`, nick: "Anna", role: "agent", at }) as const;

async function ended(id: string, at: number, workgroup = "support"): Promise<void> {
  await saveRequest(store.tx, workgroup, request(id, dana));
  await appendEntries(store.tx, [line(id, "a")]);
  await endRequest(store.tx, id, at, "visitor-ended", { kind: "visitor" });
}

describe("earlier chats of a visitor", () => {
  it("are listed newest first, of this workgroup and this visitor, up to the limit", async () => {
    await ended("second", AT + 2);
    await ended("first", AT + 1);
    await ended("third", AT + 3);
    await ended("elsewhere", AT + 4, "sales");
    await saveRequest(store.tx, "support", request("another"));
    await endRequest(store.tx, "another", AT, "visitor-left", { kind: "visitor" });
    const list = await transcriptsOf(store.tx, ofDana);
    expect(list.map((one) => one.session)).toEqual(["third", "second", "first"]);
    expect((await transcriptsOf(store.tx, { ...ofDana, limit: 2 })).map((one) => one.session)).toEqual([
      "third",
      "second",
    ]);
  });

  it("leave out what is still open, and requests without a line or anybody in the room", async () => {
    await saveRequest(store.tx, "support", request("open", dana));
    await saveRequest(store.tx, "support", request("unserved", dana));
    await endRequest(store.tx, "unserved", AT, "nobody-took-it", { kind: "service" });
    expect(await transcriptsOf(store.tx, ofDana)).toEqual([]);
  });

  it("name each agent once, from the first coming to the last going", async () => {
    await saveRequest(store.tx, "support", request("s1", dana));
    await startSession(store.tx, "s1", "anna@localhost", AT + 1);
    await participantJoined(store.tx, "s1", anna("a", AT + 1));
    await participantJoined(store.tx, "s1", anna("b", AT + 2));
    await participantLeft(store.tx, "s1", "anna@localhost/a", AT + 3);
    await participantJoined(store.tx, "s1", { ...anna("x", AT + 4), jid: "ben@localhost/x", nick: "Ben" });
    await participantLeft(store.tx, "s1", "anna@localhost/b", AT + 5);
    await participantJoined(store.tx, "s1", { jid: dana.visitor, nick: "Dana", role: "visitor", at: AT });
    await endRequest(store.tx, "s1", AT + 9, "agent-ended", { kind: "agent", jid: "ben@localhost/x" });
    expect(await transcriptsOf(store.tx, ofDana)).toEqual([
      {
        session: "s1",
        joinedAt: AT,
        leftAt: AT + 9,
        agents: [
          { jid: "anna@localhost", joinedAt: AT + 1, leftAt: AT + 5 },
          { jid: "ben@localhost", joinedAt: AT + 4, leftAt: AT + 9 },
        ],
      },
    ]);
  });
});

describe("a participant", () => {
  const stays = async () =>
    (await store.tx.query("SELECT nick, joined_at, left_at FROM participants ORDER BY id")).rows;

  it("who is told to be in the room twice is there once, under the newest name", async () => {
    await saveRequest(store.tx, "support", request("s1"));
    await participantJoined(store.tx, "s1", anna("a", AT));
    await participantJoined(store.tx, "s1", { ...anna("a", AT + 5), nick: "Anna 2" });
    expect(await stays()).toEqual([{ nick: "Anna 2", joined_at: new Date(AT), left_at: null }]);
  });

  it("who leaves twice left at the first time, and may come again", async () => {
    await saveRequest(store.tx, "support", request("s1"));
    await participantJoined(store.tx, "s1", anna("a", AT));
    await participantLeft(store.tx, "s1", "anna@localhost/a", AT + 1);
    await participantLeft(store.tx, "s1", "anna@localhost/a", AT + 2);
    await participantJoined(store.tx, "s1", anna("a", AT + 3));
    expect(await stays()).toEqual([
      { nick: "Anna", joined_at: new Date(AT), left_at: new Date(AT + 1) },
      { nick: "Anna", joined_at: new Date(AT + 3), left_at: null },
    ]);
  });
});

describe("what a restart reckons from earlier sessions", () => {
  it("is when each agent's last chat ended, in any workgroup", async () => {
    for (const [id, at] of [
      ["s1", AT + 10],
      ["s2", AT + 30],
      ["s3", AT + 20],
    ] as const) {
      await saveRequest(store.tx, id === "s2" ? "sales" : "support", request(id));
      await participantJoined(store.tx, id, anna("a", AT));
      await endRequest(store.tx, id, at, "visitor-ended", { kind: "visitor" });
    }
    const ends = await lastChatEnds(store.tx, ["anna@localhost", "ben@localhost"]);
    expect(ends).toEqual(new Map([["anna@localhost", AT + 30]]));
  });

  it("is how long the last ones waited, oldest first", async () => {
    for (const [id, wait] of [
      ["s1", 1_000],
      ["s2", 3_000],
      ["s3", 2_000],
    ] as const) {
      await saveRequest(store.tx, "support", request(id));
      await startSession(store.tx, id, "anna@localhost", AT + wait);
    }
    // A second agent of the same session is no second wait.
    await startSession(store.tx, "s1", "ben@localhost", AT + 9_000);
    expect(await recentWaits(store.tx, "support")).toEqual([1_000, 2_000, 3_000]);
    expect(await recentWaits(store.tx, "support", 2)).toEqual([2_000, 3_000]);
    expect(await recentWaits(store.tx, "sales")).toEqual([]);
  });
});
