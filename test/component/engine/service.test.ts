import { afterEach, describe, expect, it, vi } from "vitest";
import { NS_MAM, NS_MUC_OWNER, NS_SESSION, NS_WORKGROUP } from "../../../protocol/ns.ts";
import { parseStanzaError } from "../../../protocol/stanza-error.ts";
import { buildDepartQueue } from "../../../protocol/workgroup/join.ts";
import { buildEndSession, parseServiceLine } from "../../../protocol/workgroup/session.ts";
import { attr, child, childText } from "../../../protocol/xml.ts";
import type { Request } from "../../../runtime/xmpp/component-link.ts";
import { ANNA, DANA, isClosing, SUPPORT, startService } from "./fake-server.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

/** Waits for rows, which are gathered for a second. */
const stored = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

/** Anna holds an offer of Dana's request. */
const offered = async () => {
  const world = await startService();
  stops.push(() => world.app.stop());
  world.signIn();
  await vi.waitFor(() =>
    expect(world.link.sent.some(({ name, attrs }) => name === "presence" && attrs.to === ANNA)).toBe(true),
  );
  await world.join();
  return { ...world, id: await world.offered() };
};

const isConfiguration = ({ payload }: Request) => payload.is("query", NS_MUC_OWNER) && !payload.getChild("destroy");
const offers = (requests: readonly Request[]) => requests.filter(({ payload }) => payload.name === "offer").length;

describe("an accepted offer", () => {
  it("leads to a room that is unlocked before anybody is invited (R-44), the agent first", async () => {
    const world = await offered();
    world.hang(isConfiguration);
    await world.answer(world.id, true);
    await vi.waitFor(() => expect(world.link.requests.some(isConfiguration)).toBe(true));
    expect(world.invited()).toEqual([]);
    await world.interrupt();
    await vi.waitFor(() => expect(world.invited()).toEqual(["anna@example.org", "dana@webchat.example.org"]));
    expect((await world.room(world.id)).configured).toBe(1);
  });

  it("waits for a room server that cannot make a room just now, and nobody is asked anew", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const world = await offered();
    world.refuseSeats(3);
    await world.answer(world.id, true);
    for (let tries = 0; tries < 3; tries++) await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(world.invited()).toEqual(["anna@example.org", "dana@webchat.example.org"]));
    expect(offers(world.link.requests)).toBe(1);
  });

  it("has the question said in the room, in words for people and in the visitor's own for machines", async () => {
    const world = await offered();
    await world.answer(world.id, true);
    const room = await world.room(world.id);
    await vi.waitFor(() => expect(room.lines).toEqual(["Dana asks: Why?"]));
    const line = world.link.sent.find((one) => child(one, "service", NS_SESSION));
    expect(line && childText(line, "body")).toBe("Dana asks: Why?");
    expect(line && parseServiceLine(line)).toEqual({ kind: "question", name: "Dana", text: "Why?" });
    await stored(() => expect(world.rows).toHaveLength(1));
    expect(world.rows).toMatchObject([{ kind: "service", speaker: "visitor", nick: "Dana", key: "", body: "Why?" }]);
  });
});

describe("an offer nobody answers", () => {
  it("goes at its time, though the clock is put back by an hour meanwhile", async () => {
    vi.useFakeTimers();
    const world = await offered();
    const revokes = () => world.link.requests.filter(({ payload }) => payload.name === "offer-revoke").length;
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(revokes()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(revokes()).toBe(1);
  });
});

describe("a link that is lost", () => {
  it("while the room is made: the same agent is called when it is back, nobody is asked anew", async () => {
    const world = await offered();
    world.hang(isConfiguration);
    await world.answer(world.id, true);
    await vi.waitFor(() => expect(world.link.requests.some(isConfiguration)).toBe(true));
    await world.interrupt();
    const room = await world.room(world.id);
    await vi.waitFor(() => expect(world.invited()).toHaveLength(2));
    expect(room).toMatchObject({ configured: 1, lines: ["Dana asks: Why?"] });
    expect(offers(world.link.requests)).toBe(1);
  });

  it("after the invitations: they are sent again, the question is not", async () => {
    const world = await offered();
    await world.answer(world.id, true);
    await vi.waitFor(() => expect(world.invited()).toHaveLength(2));
    await stored(() => expect(world.rows).toHaveLength(1));
    await world.interrupt();
    await vi.waitFor(() => expect(world.invited()).toHaveLength(4));
    expect((await world.room(world.id)).lines).toEqual(["Dana asks: Why?"]);
    expect(offers(world.link.requests)).toBe(1);
  });

  it("at the same moment as the visitor goes: the room is closed, and no more is made of it", async () => {
    const world = await offered();
    world.hang(isConfiguration);
    await world.answer(world.id, true);
    await vi.waitFor(() => expect(world.link.requests.some(isConfiguration)).toBe(true));
    await world.iq(DANA, SUPPORT, "set", buildEndSession(world.id));
    await world.interrupt();
    await vi.waitFor(() => expect(world.rooms.size).toBe(0));
    expect(world.invited()).toEqual([]);
  });
});

describe("a session that has begun", () => {
  it("is written down: who came, what was said", async () => {
    const world = await offered();
    await world.answer(world.id, true);
    const room = await world.room(world.id);
    await vi.waitFor(() => expect(world.invited()).toHaveLength(2));
    world.enter(room, DANA, "Dana");
    world.enter(room, ANNA, "Anna");
    await stored(() => expect(world.rows).toHaveLength(3));
    expect(world.rows.map(({ kind, speaker, nick }) => [kind, speaker, nick])).toEqual([
      ["service", "visitor", "Dana"],
      ["joined", "visitor", "Dana"],
      ["joined", "agent", "Anna"],
    ]);
  });
});

describe("an agent who vanishes from several talks", () => {
  it("leaves visitors who are each told their own place, and it is the one they have", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
    const world = await startService({ max_chats: 3, agent_grace: 30 });
    stops.push(() => world.app.stop());
    world.signIn();
    const visitors = ["v1", "v2", "v3"].map((name) => `${name}@webchat.example.org/web`);
    for (const visitor of visitors) {
      const [before, invited] = [world.link.requests.length, world.invited().length];
      await vi.advanceTimersByTimeAsync(1_000);
      await world.join(visitor);
      const id = await world.offered(before);
      await world.answer(id, true);
      const room = await world.room(id);
      await vi.waitFor(() => expect(world.invited()).toHaveLength(invited + 2));
      world.enter(room, ANNA, "Anna");
      world.enter(room, visitor, "Dana");
    }
    const [before, waiting] = [world.link.sent.length, "late@webchat.example.org/web"];
    await world.join(waiting);
    world.signOut();
    for (const room of world.rooms.values()) world.leave(room, ANNA, "Anna");
    await vi.advanceTimersByTimeAsync(31_000);
    const told = world.link.sent.slice(before).flatMap((one) => {
      const status = child(one, "queue-status", NS_WORKGROUP);
      return status ? [[attr(one, "to"), Number(childText(status, "position"))]] : [];
    });
    expect(told).toEqual([[waiting, 1], ...visitors.map((visitor, index) => [visitor, index + 1]), [waiting, 4]]);
  });
});

describe("a session that ends", () => {
  const isReading = ({ payload }: Request) => payload.is("query", NS_MAM);
  const isDestruction = ({ payload }: Request) => payload.getChild("destroy") !== undefined;

  const talking = async () => {
    const world = await offered();
    await world.answer(world.id, true);
    const room = await world.room(world.id);
    await vi.waitFor(() => expect(world.invited()).toHaveLength(2));
    world.enter(room, ANNA, "Anna");
    world.enter(room, DANA, "Dana");
    world.say(room, "Dana", "d1", "before");
    return { ...world, room };
  };

  /** Dana and Anna talk, and Dana ends it; the server does not answer what `hangs` names. */
  const ending = async (hangs: (request: Request) => boolean) => {
    const world = await talking();
    const before = world.link.requests.length;
    world.hang(hangs);
    await world.iq(DANA, SUPPORT, "set", buildEndSession(world.id));
    await vi.waitFor(() => expect(world.link.requests.slice(before).some(hangs)).toBe(true));
    /** What was asked of the room since, in order. */
    const asked = () =>
      world.link.requests
        .slice(before)
        .flatMap((one) =>
          isClosing(one) ? ["close"] : isReading(one) ? ["read"] : isDestruction(one) ? ["destroy"] : [],
        );
    return { ...world, asked };
  };

  it("has its room closed for lines, then read to the end and written down, then destroyed", async () => {
    const world = await ending(isDestruction);
    expect(world.asked()).toEqual(["close", "read", "destroy"]);
    expect(world.say(world.room, "Dana", "d2", "too late")).toBe(false);
    expect(world.rows.map(({ body }) => body)).toContain("before");
  });

  it("in the very moment of a line: until the room is closed the line counts, and is written down before the room goes", async () => {
    const world = await ending(isClosing);
    expect(world.say(world.room, "Dana", "d2", "just in time")).toBe(true);
    await world.interrupt();
    await vi.waitFor(() => expect(world.rooms.size).toBe(0));
    expect(world.asked()).toEqual(["close", "close", "read", "destroy"]);
    expect(world.rows.map(({ body }) => body)).toContain("just in time");
  });

  it("and loses its seat while it reads: it is taken again, and the room goes nevertheless", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const world = await talking();
    let isOut = false;
    world.hang((request) => {
      if (isReading(request) && !isOut) {
        isOut = true;
        world.leave(world.room, world.room.seat ?? "", "Support");
      }
      return false;
    });
    await world.iq(DANA, SUPPORT, "set", buildEndSession(world.id));
    await vi.waitFor(() => expect(isOut).toBe(true));
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(world.rooms.size).toBe(0));
  });

  it("and loses the link while its room is closed: all of it is done again, with no line in between", async () => {
    const world = await ending(isDestruction);
    await world.interrupt();
    await vi.waitFor(() => expect(world.rooms.size).toBe(0));
    expect(world.asked()).toEqual(["close", "read", "destroy", "close", "read", "destroy"]);
  });
});

describe("what is said at the very moment the link is back", () => {
  it("is written down after what was said before, which the archive has", async () => {
    const world = await offered();
    await world.answer(world.id, true);
    const room = await world.room(world.id);
    await vi.waitFor(() => expect(world.invited()).toHaveLength(2));
    world.enter(room, ANNA, "Anna");
    world.say(room, "Anna", "a1", "before");
    await stored(() => expect(world.rows).toHaveLength(3));
    world.link.setOnline(false);
    room.missed.push({ id: "a2", nick: "Anna", text: "meanwhile" }, { id: "a3", nick: "Anna", text: "now" });
    world.link.setOnline(true);
    // The room has our old seat still.
    world.say(room, "Anna", "a3", "now");
    await stored(() => expect(world.rows.map(({ body }) => body)).toEqual(["Why?", "", "before", "meanwhile", "now"]));
  });
});

describe("an answer that comes too late", () => {
  it("has the offer taken from the screen, though the visitor is long gone (R-41)", async () => {
    const world = await offered();
    await world.iq(DANA, SUPPORT, "set", buildDepartQueue());
    const revokes = () => world.link.requests.filter(({ payload }) => payload.name === "offer-revoke");
    await vi.waitFor(() => expect(revokes()).toHaveLength(1));
    expect(parseStanzaError(await world.answer(world.id, true)).condition).toBe("not-acceptable");
    expect(revokes()).toHaveLength(2);
    expect(revokes()[1]).toMatchObject({ to: ANNA, from: SUPPORT });
    expect(revokes()[1]?.payload.attrs).toMatchObject({ id: world.id, jid: DANA });
  });
});
