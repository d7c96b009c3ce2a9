/** The raw baseline: three components, one seat of each in every room, and nothing else. */
import { randomUUID } from "node:crypto";
import { buildAffiliation, buildJoin, buildRoomConfig } from "../../protocol/muc.ts";
import { buildRoomLine } from "../../protocol/room-message.ts";
import { inLanes } from "../measure/stats.ts";
import { type BenchStack, RAW_COMPONENTS, RAW_ROOMS, RAW_SECRET } from "../stack.ts";
import { connectComponent, type RawComponent } from "../wire/raw-component.ts";
import { attrOf, bodyOf } from "../wire/stanza-stream.ts";
import type { Hearer, Talk } from "./talk.ts";

const HEARERS: readonly Hearer[] = ["sender", "other", "third"];

export type Raw = {
  /** The three connections. */
  readonly components: readonly RawComponent[];
  /** Makes rooms, configured as Foyer configures its own, and sits in them with all three. */
  open(rooms: number, kind: keyof typeof RAW_ROOMS): Promise<Talk>;
  stop(): void;
};

/** Connects the three components. */
export async function connectRaw(stack: BenchStack): Promise<Raw> {
  const components: RawComponent[] = [];
  for (const domain of RAW_COMPONENTS)
    components.push(await connectComponent(stack.componentService, domain, RAW_SECRET));
  /** Whose room it is, by the room's address. */
  const talks = new Map<string, Talk>();
  const entered = new Map<string, () => void>();

  for (const [seat, one] of components.entries()) {
    one.onStanza = (stanza) => {
      const from = attrOf(stanza, "from");
      if (stanza.startsWith("<presence")) {
        const key = `${attrOf(stanza, "to")} ${from}`;
        entered.get(key)?.();
        entered.delete(key);
        return;
      }
      const text = bodyOf(stanza);
      if (text === undefined) return;
      const speaker = Number(from.slice(-1));
      const hearer = seat === speaker ? "sender" : seat === 2 ? "third" : "other";
      talks.get(from.slice(0, from.indexOf("/")))?.onLine(hearer, text);
    };
  }

  return {
    components,
    open: (rooms, kind) => openRooms({ components, talks, entered }, rooms, RAW_ROOMS[kind]),
    stop: () => {
      for (const one of components) one.stop();
    },
  };
}

type Shared = { components: readonly RawComponent[]; talks: Map<string, Talk>; entered: Map<string, () => void> };

async function openRooms({ components, talks, entered }: Shared, rooms: number, service: string): Promise<Talk> {
  const mark = randomUUID().slice(0, 8);
  const address = (room: number): string => `r${room}-${mark}@${service}`;
  const jid = (seat: number, room: number): string => `u${room}@${RAW_COMPONENTS[seat]}/seat`;
  const talk: Talk = {
    rooms,
    hearers: HEARERS,
    onLine: () => undefined,
    say(room, side, text) {
      const line = buildRoomLine({ from: jid(side, room), room: address(room), id: randomUUID(), text });
      components[side]?.send(line);
    },
  };
  async function enter(seat: number, room: number): Promise<void> {
    const nick = `seat${seat}`;
    const own = new Promise<void>((resolve) => entered.set(`${jid(seat, room)} ${address(room)}/${nick}`, resolve));
    components[seat]?.send(buildJoin({ from: jid(seat, room), room: address(room), nick }));
    await own;
  }
  await inLanes([...Array(rooms).keys()], 10, async (room) => {
    talks.set(address(room), talk);
    const [owner] = components;
    await enter(0, room);
    await owner?.ask(jid(0, room), address(room), "set", buildRoomConfig({ name: "Raw" }));
    for (const seat of [1, 2]) {
      const member = buildAffiliation({ jid: `u${room}@${RAW_COMPONENTS[seat]}`, affiliation: "member" });
      await owner?.ask(jid(0, room), address(room), "set", member);
      await enter(seat, room);
    }
  });
  return talk;
}
