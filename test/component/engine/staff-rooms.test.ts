import { describe, expect, it, vi } from "vitest";
import { initialState } from "../../../component/domain/dispatcher.ts";
import type { WorkgroupState } from "../../../component/domain/model.ts";
import { StaffRooms } from "../../../component/engine/staff-rooms.ts";
import { NS_MUC_ADMIN, NS_MUC_OWNER } from "../../../protocol/ns.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { attr, child, type Element, elements, xml } from "../../../protocol/xml.ts";
import { createLog } from "../../../runtime/log.ts";
import { createFakeLink } from "../../support/fake-link.ts";
import { parseXml } from "../../support/xml.ts";
import { settings } from "../domain/scene.ts";

const ROOM = "workgroup-support@conference.example.org";
const agent = (name: string) => ({ jid: `${name}@example.org`, name });

/** The rooms' server, with its one room: null while there is none. */
function world({ members = null as string[] | null } = {}) {
  const link = createFakeLink();
  const lines: string[] = [];
  const log = createLog({ name: "test", level: "warn", write: (line) => void lines.push(line) });
  const room = { members, configured: false };
  const missing = new StanzaError("cancel", "item-not-found");
  const inside = (payload: Element): Element | undefined => elements(payload)[0];
  link.answer = async ({ to, type, payload }) => {
    expect(to).toBe(ROOM);
    const entered = link.sent.some((one) => one.name === "presence" && attr(one, "type") === undefined);
    if (payload.is("query", NS_MUC_OWNER) && child(payload, "destroy", NS_MUC_OWNER)) {
      if (room.members === null) throw missing;
      room.members = null;
      return undefined;
    }
    if (payload.is("query", NS_MUC_OWNER)) {
      if (room.members === null && !entered) throw missing;
      room.members ??= [];
      room.configured = true;
      return undefined;
    }
    if (room.members === null) throw missing;
    const item = inside(payload);
    if (type === "get") {
      const items = room.members.map((jid) => xml("item", { jid, affiliation: "member" }));
      return xml("query", { xmlns: NS_MUC_ADMIN }, ...items);
    }
    const [jid = "", affiliation] = item ? [attr(item, "jid"), attr(item, "affiliation")] : [];
    room.members = room.members.filter((one) => one !== jid);
    if (affiliation === "member") room.members.push(jid);
    return undefined;
  };
  const send = (stanza: Element): void => void link.send(stanza);
  const rooms = new StaffRooms({ link, log, send, roomsDomain: "conference.example.org" });
  const see = (names: string[], changes: Partial<WorkgroupState> = {}) =>
    rooms.see({ node: "support", committed: { ...initialState(settings({ agents: names.map(agent) })), ...changes } });
  return { link, lines, room, rooms, see };
}

const jids = (...names: string[]) => names.map((name) => `${name}@example.org`);

describe("a workgroup's room for its agents (R-52)", () => {
  it("is made where there is none: configured before anybody comes, with its agents as members, and left again", async () => {
    const { link, room, see } = world();
    see(["Anna", "Ben"]);
    await vi.waitFor(() => expect(room.members).toEqual(jids("Anna", "Ben")));
    expect(room.configured).toBe(true);
    const seat = { from: "support@workgroup.example.org/staff", to: `${ROOM}/support` };
    expect(link.sent.filter(({ name }) => name === "presence").map(({ attrs }) => attrs)).toEqual([
      expect.objectContaining(seat),
      expect.objectContaining({ ...seat, type: "unavailable" }),
    ]);
    expect(new Set(link.requests.map(({ from }) => from))).toEqual(new Set(["support@workgroup.example.org"]));
  });

  it("has its agents as members and nobody else, as they change; who is right already is left alone", async () => {
    const { link, room, see } = world({ members: jids("anna", "carl") });
    see(["anna", "ben"]);
    await vi.waitFor(() => expect(room.members).toEqual(jids("anna", "ben")));
    expect(link.sent).toEqual([]);
    const before = link.requests.length;
    expect(before).toBe(3);
    see(["anna", "ben"]);
    see(["anna"]);
    await vi.waitFor(() => expect(room.members).toEqual(jids("anna")));
    expect(link.requests).toHaveLength(before + 2);
  });

  it("goes with its workgroup", async () => {
    const { room, see, lines } = world({ members: jids("anna") });
    see(["anna"], { removed: true });
    await vi.waitFor(() => expect(room.members).toBeNull());
    const none = world();
    none.see([], { removed: true });
    await vi.waitFor(() => expect(none.link.requests).toHaveLength(1));
    expect([...lines, ...none.lines]).toEqual([]);
  });

  it("is looked after again when the link was lost, and harms nothing while the rooms' server is away", async () => {
    const { link, room, rooms, see, lines } = world();
    const { answer } = link;
    link.answer = () => Promise.reject(new StanzaError("wait", "remote-server-timeout"));
    see(["anna"]);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    link.answer = answer;
    link.setOnline(false);
    rooms.linkLost();
    see(["anna"]);
    link.setOnline(true);
    see(["anna"]);
    await vi.waitFor(() => expect(room.members).toEqual(jids("anna")));
    room.members = null;
    rooms.linkLost();
    link.sent.length = 0;
    see(["anna"]);
    await vi.waitFor(() => expect(room.members).toEqual(jids("anna")));
  });

  it("has no listener in the service: what happens there is taken and left", () => {
    const { rooms } = world();
    const from = (jid: string) => parseXml(`<presence from='${jid}' to='support@workgroup.example.org/staff'/>`);
    expect(rooms.take(from(`${ROOM}/Anna`))).toBe(true);
    expect(rooms.take(from("k3x9qa41@conference.example.org/Anna"))).toBe(false);
    expect(rooms.take(from("workgroup-support@evil.example/Anna"))).toBe(false);
  });
});
