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

export type RawTalk = Talk & { components: readonly RawComponent[] };

/** Connects the three components, without any room. */
export async function connectRaw(stack: BenchStack): Promise<RawComponent[]> {
  const connected: RawComponent[] = [];
  for (const domain of RAW_COMPONENTS) {
    connected.push(await connectComponent(stack.componentService, domain, RAW_SECRET));
  }
  return connected;
}

/** Makes the rooms, configured as Foyer configures its own. */
export async function openRawRooms(stack: BenchStack, rooms: number, kind: keyof typeof RAW_ROOMS): Promise<RawTalk> {
  const components = await connectRaw(stack);
  const mark = randomUUID().slice(0, 8);
  const address = (room: number): string => `r${room}-${mark}@${RAW_ROOMS[kind]}`;
  const jid = (seat: number, room: number): string => `u${room}@${RAW_COMPONENTS[seat]}/seat`;
  const entered = new Map<string, () => void>();

  const talk: RawTalk = {
    rooms,
    hearers: HEARERS,
    components,
    onLine: () => undefined,
    say(room, side, text) {
      const line = buildRoomLine({ from: jid(side, room), room: address(room), id: randomUUID(), text });
      components[side]?.send(line);
    },
    async stop() {
      for (const one of components) one.stop();
    },
  };
  for (const [seat, one] of components.entries()) {
    one.onStanza = (stanza) => {
      if (stanza.startsWith("<presence")) {
        const key = `${attrOf(stanza, "to")} ${attrOf(stanza, "from")}`;
        entered.get(key)?.();
        entered.delete(key);
        return;
      }
      const text = bodyOf(stanza);
      if (text === undefined) return;
      const speaker = Number(attrOf(stanza, "from").slice(-1));
      talk.onLine(seat === speaker ? "sender" : seat === 2 ? "third" : "other", text);
    };
  }

  async function enter(seat: number, room: number): Promise<void> {
    const nick = `seat${seat}`;
    const own = new Promise<void>((resolve) => entered.set(`${jid(seat, room)} ${address(room)}/${nick}`, resolve));
    components[seat]?.send(buildJoin({ from: jid(seat, room), room: address(room), nick }));
    await own;
  }
  await inLanes([...Array(rooms).keys()], 10, async (room) => {
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
