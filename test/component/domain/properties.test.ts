import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { availability } from "../../../component/domain/dispatcher.ts";
import type { HandoverTarget, Request, Show } from "../../../component/domain/model.ts";
import { agent, settings, visitor } from "./scene.ts";
import { AGENTS, type Place, World } from "./world.ts";

/** One thing that happens. `n` and `m` choose among whatever there is to choose from when it happens. */
type Happening = { act: Act; place: 0 | 1; n: number; m: number; flag: boolean };

/** How often what happens, against the rest. `forward` is what happens when all goes well. */
const OFTEN = [
  ["join", 8],
  ["forward", 16],
  ["sign-in", 5],
  ["show", 2],
  ["sign-out", 1],
  ["acknowledge", 4],
  ["undelivered", 1],
  ["accept", 3],
  ["reject", 3],
  ["room-opened", 1],
  ["room-failed", 2],
  ["agent-enters", 2],
  ["visitor-enters", 2],
  ["colleague-enters", 2],
  ["leave", 4],
  ["seen", 1],
  ["end", 1],
  ["depart", 1],
  ["unreachable", 1],
  ["reachable", 1],
  ["moment", 5],
  ["minute", 1],
  ["late-timer", 2],
  ["nonsense", 1],
  ["hand-over", 6],
  ["called-enters", 4],
  ["decline", 1],
  ["take", 2],
  ["watch", 1],
  ["block", 1],
  ["slow-news", 1],
  ["settings", 1],
  ["remove", 1],
  ["link-lost", 1],
  ["link-established", 1],
  ["restart", 1],
] as const;
type Act = (typeof OFTEN)[number][0];

const SHOWS: Show[] = ["available", "available", "chat", "away", "dnd"];

function happen(world: World, { act, place: which, n, m, flag }: Happening): void {
  const place = world.places[which];
  const pick = <Value>(values: readonly Value[], by = n): Value | undefined => values[by % values.length];
  const device = `${agent(pick(AGENTS) ?? "")}/${flag ? "ui" : "phone"}`;
  const request = pick(place.requests, m);
  const inPhase = (...names: string[]) =>
    pick(
      place.requests.filter(({ phase }) => names.includes(phase.name)),
      m,
    );
  switch (act) {
    case "join": {
      // Few visitors, so that some ask twice; ids never come twice.
      const from = visitor(`v${n % 8}`);
      const id = `${place.state.settings.node}${place.joins}`;
      world.tell(place, { type: "join-requested", id, visitor: from, userId: "x@y", metadata: {} });
      return;
    }
    case "forward":
      if (request) goForward(world, place, request);
      return;
    case "sign-in":
      for (const one of m % 3 === 0 ? [place] : world.places) {
        const maxChats = m % 5 === 0 ? m % 4 : null;
        world.tell(one, { type: "agent-signed-in", device, show: pick(SHOWS, m) ?? "chat", maxChats });
      }
      return;
    case "show":
      world.tell(place, { type: "agent-changed", device, show: pick(SHOWS, m) ?? "chat", maxChats: null });
      return;
    case "sign-out":
      for (const one of world.places) world.tell(one, { type: "agent-signed-out", device });
      return;
    case "accept":
    case "reject":
    case "acknowledge":
    case "undelivered": {
      const offered = inPhase("offered");
      if (offered?.phase.name !== "offered") return;
      const offer = pick(offered.phase.offers);
      const from = (offer && pick(offer.devices)) ?? device;
      if (act === "accept" || act === "reject") {
        const ref = flag ? { id: offered.id } : { visitor: offered.visitor };
        world.tell(place, { type: "offer-answered", device: from, offer: ref, accepted: act === "accept" });
        return;
      }
      const type = act === "acknowledge" ? "offer-acknowledged" : "offer-undelivered";
      world.tell(place, { type, request: offered.id, offer: offer?.id ?? "", device: from });
      return;
    }
    case "room-opened":
    case "room-failed": {
      const id = (flag ? inPhase("opening-room") : request)?.id;
      if (id) world.tell(place, { type: act, request: id });
      return;
    }
    case "agent-enters": {
      const called = inPhase("inviting", "in-session");
      if (!called || !("agent" in called.phase)) return;
      const jid = `${called.phase.agent}/${flag ? "ui" : "phone"}`;
      world.tell(place, { type: "occupant-joined", request: called.id, jid, nick: "agent" });
      return;
    }
    case "colleague-enters":
      if (request) world.tell(place, { type: "occupant-joined", request: request.id, jid: device, nick: "agent" });
      return;
    case "visitor-enters": {
      const called = inPhase("inviting", "in-session") ?? request;
      if (called)
        world.tell(place, { type: "occupant-joined", request: called.id, jid: called.visitor, nick: "visitor" });
      return;
    }
    case "leave": {
      const jid = pick(request?.phase.occupants ?? [])?.jid;
      if (request && jid) world.tell(place, { type: "occupant-left", request: request.id, jid, lost: flag });
      return;
    }
    case "seen": {
      if (!request) return;
      const there = [request.visitor, ...("agent" in request.phase ? [`${request.phase.agent}/ui`] : [])];
      const occupants = there.filter((_, one) => (n >> one) % 2 === 0).map((jid) => ({ jid, nick: "somebody" }));
      world.tell(place, { type: "occupants-known", request: request.id, occupants });
      return;
    }
    case "moment":
      world.later(n * 10);
      return;
    case "minute":
      world.later(n * 100);
      return;
    case "late-timer": {
      const timer = pick([...place.stale, ...[...place.armed.values()].map((one) => one.timer)]);
      if (timer) world.tell(place, { type: "timer-fired", timer });
      return;
    }
    case "depart":
    case "unreachable":
    case "reachable": {
      const type = act === "depart" ? "depart-requested" : (`visitor-${act}` as const);
      if (request) world.tell(place, { type, visitor: request.visitor });
      return;
    }
    case "end":
      if (request)
        world.tell(place, { type: "end-requested", request: request.id, by: flag ? request.visitor : device });
      return;
    case "nonsense":
      world.tell(place, { type: "offer-answered", device, offer: { id: `${n}` }, accepted: flag });
      world.tell(place, { type: "occupant-left", request: `${n}`, jid: device, lost: flag });
      world.tell(place, { type: "offer-undelivered", request: request?.id ?? "", offer: "none", device });
      return;
    case "hand-over": {
      const talk = inPhase("in-session");
      if (talk?.phase.name !== "in-session") return;
      const other = world.places.find((one) => one !== place) ?? place;
      const targets: HandoverTarget[] = [
        { type: "user", jid: agent(pick(AGENTS) ?? "") },
        { type: "workgroup", node: place.state.settings.node },
        { type: "workgroup", node: other.state.settings.node },
        pick([{ type: "user", jid: "zoe@elsewhere" } as const, { type: "workgroup", node: "nowhere" } as const]) ?? {
          type: "user",
          jid: talk.visitor,
        },
      ];
      const to = pick(targets) ?? { type: "user", jid: "zoe@elsewhere" };
      // What is known of another workgroup may be out of date.
      const standing = flag
        ? "open"
        : to.type === "workgroup" && to.node !== "nowhere"
          ? availability(other.state)
          : null;
      world.tell(place, {
        type: "handover-requested",
        id: `h${world.now}-${n}-${m}`,
        request: talk.id,
        by: n % 7 === 0 ? device : `${talk.phase.agent}/ui`,
        kind: m % 3 === 0 ? "invite" : "transfer",
        to,
        reason: "",
        standing,
      });
      return;
    }
    case "called-enters":
    case "decline": {
      const called = place.requests.flatMap(({ id, handovers = [] }) =>
        handovers.flatMap(({ agent: jid }) => (jid === null ? [] : [{ request: id, jid }])),
      );
      const one = pick(called);
      if (!one) return;
      const jid = `${one.jid}/${flag ? "ui" : "phone"}`;
      if (act === "decline")
        world.tell(place, { type: "invitation-declined", request: one.request, by: jid, reason: "" });
      else world.tell(place, { type: "occupant-joined", request: one.request, jid, nick: "agent" });
      return;
    }
    case "take":
      if (request) world.tell(place, { type: "take-requested", request: request.id, device });
      return;
    case "watch":
      if (request)
        world.tell(place, { type: "monitor-requested", request: request.id, by: flag ? device : "cleo@localhost/ui" });
      return;
    case "block":
      if (flag && request) {
        const until = world.now + n * 100;
        world.tell(place, { type: "block-requested", request: request.id, by: device, until, reason: "" });
      } else world.tell(place, { type: "unblock-requested", visitor: `v${n % 8}@webchat.localhost`, by: device });
      return;
    case "slow-news":
      world.isNewsSlow = flag;
      return;
    case "settings": {
      const agents = AGENTS.filter((_, one) => m % 4 !== one).map((name) => ({ jid: agent(name), name }));
      const { node, routing } = place.state.settings;
      const changed = { node, routing: n % 4 === 0 ? ("ring-all" as const) : routing, open: n % 5 > 0, agents };
      const monitors = n % 2 === 0 ? ["cleo@localhost"] : [];
      world.tell(place, {
        type: "settings-changed",
        settings: settings({ ...changed, monitors, maxChats: 1 + (n % 3) }),
      });
      return;
    }
    case "remove":
      // Rarely: little happens in a workgroup that is not there.
      if (n % 4 === 0) world.tell(place, { type: "workgroup-removed" });
      return;
    case "link-lost":
    case "link-established":
      for (const one of world.places) world.tell(one, { type: act });
      return;
    case "restart":
      world.restart();
  }
}

/** The next thing on a request's road when all goes well. */
function goForward(world: World, place: Place, { id, visitor: from, phase, handover }: Request): void {
  const enter = (jid: string) => world.tell(place, { type: "occupant-joined", request: id, jid, nick: "somebody" });
  switch (phase.name) {
    case "offered":
      for (const offer of phase.offers) {
        const [device = ""] = offer.devices;
        if (offer.acknowledged.length === 0) {
          world.tell(place, { type: "offer-acknowledged", request: id, offer: offer.id, device });
        } else world.tell(place, { type: "offer-answered", device, offer: { id }, accepted: true });
      }
      return;
    case "opening-room":
      world.tell(place, { type: "room-opened", request: id });
      return;
    case "inviting": {
      const owner = handover && world.placeOf(handover.owner);
      if (owner) {
        world.tell(owner, { type: "occupant-joined", request: handover.session, jid: phase.device, nick: "agent" });
        return;
      }
      enter(from);
      enter(phase.device);
    }
  }
}

/** Everybody goes home: agents sign out, rooms that never opened fail, and everything left is seen to be empty. */
function goHome(world: World): void {
  world.isNewsSlow = false;
  const seeRooms = (place: Place): void => {
    for (const { id } of place.requests) {
      world.tell(place, { type: "occupants-known", request: id, occupants: [] });
      if (place.state.requests.get(id)?.phase.name === "opening-room")
        world.tell(place, { type: "room-failed", request: id });
    }
  };
  for (const place of world.places) {
    for (const { devices } of place.state.agents.values()) {
      for (const { jid } of devices) world.tell(place, { type: "agent-signed-out", device: jid });
    }
    seeRooms(place);
  }
  world.later(3_600_000);
}

const weighted = OFTEN.map(([act, weight]) => ({ weight, arbitrary: fc.constant(act) }));

const happenings = fc.array(
  fc.record({
    act: fc.oneof(...weighted),
    place: fc.constantFrom<(0 | 1)[]>(0, 1),
    n: fc.nat(999),
    m: fc.nat(999),
    flag: fc.boolean(),
  }),
  { minLength: 20, maxLength: 150, size: "max" },
);

describe("two workgroups that share their agents, whatever happens", () => {
  it.each(["fewest-chats", "ring-all"] as const)(
    "lose no request, ask nobody twice at once or beyond capacity, and end every offer once (%s)",
    (routing) => {
      fc.assert(
        fc.property(happenings, (all) => {
          const world = new World(routing);
          for (const device of ["anna@localhost/ui", "ben@localhost/ui"]) {
            for (const place of world.places) {
              world.tell(place, { type: "agent-signed-in", device, show: "available", maxChats: null });
            }
          }
          for (const one of all) happen(world, one);
          world.rest();
          goHome(world);
          for (const place of world.places) {
            expect(place.requests.map(({ id, phase }) => [id, phase.name])).toEqual([]);
            expect(place.armed.size).toBe(0);
            expect(place.records.ended.size).toBe(place.joins);
          }
        }),
        { numRuns: 250 },
      );
    },
    60_000,
  );
});
