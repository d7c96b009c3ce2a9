/** The service's seat in a room whose database goes away: the transcript has what the archive has, once and in its order. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WorkgroupEvent } from "../../../component/domain/events.ts";
import { Recorder } from "../../../component/engine/recorder.ts";
import { SessionRoom } from "../../../component/engine/session-room.ts";
import type { RoomLine } from "../../../protocol/room-message.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { xml } from "../../../protocol/xml.ts";
import { silentLog } from "../../../runtime/log.ts";
import type { JoinOptions, RoomSeat } from "../../../runtime/xmpp/room-seat.ts";
import { createFakeLink } from "../../support/fake-link.ts";
import { fakeDatabase } from "./fake-database.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const line = (text: string, stanzaId: string | null): RoomLine => ({
  kind: "line",
  nick: "Anna",
  id: text,
  stanzaId,
  occupantId: "o1",
  text,
  at: null,
});

/** A seat that was taken, in a room whose archive holds `archive`, or cannot be read. */
async function enter(
  archive: string[],
  of: { unreadable?: () => Error | undefined; onLost?: () => void; post?: (event: WorkgroupEvent) => void } = {},
) {
  const recorded: string[] = [];
  const db = fakeDatabase();
  const recorder = new Recorder(db, silentLog);
  recorder.record = (row) => {
    recorded.push(row.stanzaId);
    return true;
  };
  let readings = 0;
  let tell: JoinOptions["onEvent"] = () => undefined;
  const seat: Partial<RoomSeat> = {
    nick: "Support",
    occupants: new Map(),
    created: false,
    async *catchUp() {
      readings += 1;
      const error = of.unreadable?.();
      if (error) throw error;
      for (const id of archive) {
        const { stanzaId: _, at: __, ...said } = line(id, id);
        yield { entry: { ...said, stanzaId: id, at: 1 }, stanza: xml("message") };
      }
    },
  };
  const room = new SessionRoom(
    { node: "support", session: "s1", nick: "Support" },
    {
      db,
      link: createFakeLink("workgroup.example.org"),
      log: silentLog,
      now: () => 1,
      recorder,
      roomsDomain: "conference.example.org",
      serviceDomain: "workgroup.example.org",
      seats: {
        join: async ({ onEvent }) => {
          tell = onEvent;
          return Object.assign(Object.create(null), seat);
        },
        take: () => false,
      },
      visitor: "v@webchat.example.org",
      post: of.post ?? (() => undefined),
      onLost: of.onLost ?? (() => undefined),
    },
  );
  await room.enter();
  const say = (text: string, stanzaId: string | null): void =>
    tell({ type: "line", line: line(text, stanzaId), stanza: xml("message") });
  return { recorded, say, tell, readings: () => readings };
}

it("a line that the room shows without archiving it, and has after all, stands in its place in the transcript", async () => {
  const archive: string[] = [];
  const { recorded, say } = await enter(archive);
  say("Hello", null);
  archive.push("Hello", "again");
  say("again", "again");
  expect(recorded).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([...new Set(recorded)]).toEqual(["Hello", "again"]);
});

it("a room that went without a word before its archive was read is not asked for ever, but taken anew", async () => {
  const onLost = vi.fn();
  let isGone = false;
  const unreadable = () => (isGone ? new StanzaError("cancel", "item-not-found") : undefined);
  const { say, readings } = await enter([], { unreadable, onLost });
  say("Hello", null);
  isGone = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([readings(), onLost.mock.calls.length]).toEqual([2, 1]);
});

it("who comes while the archive cannot be read is known at once, and written down behind what was said before", async () => {
  let isAway = false;
  const unreadable = () => (isAway ? new StanzaError("wait", "internal-server-error") : undefined);
  const post = vi.fn();
  const archive: string[] = [];
  const { recorded, say, tell } = await enter(archive, { unreadable, post });
  isAway = true;
  say("Hello", null);
  const jid = "anna@example.org/pc";
  const occupant = {
    nick: "Anna",
    jid,
    jids: [jid],
    occupantId: "o1",
    affiliation: "member",
    role: "participant",
  } as const;
  tell({ type: "joined", occupant });
  expect(post).toHaveBeenCalledWith({ type: "occupant-joined", at: 1, request: "s1", jid, nick: "Anna" });
  archive.push("Hello");
  isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(recorded.map((id) => id === "Hello")).toEqual([true, false]);
  expect(post).toHaveBeenCalledOnce();
});
