/** Rooms at the wire, as the protocol's checklist numbers them: who is invited and how, and what is left at the end. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { attr, type Element } from "../../../protocol/xml.ts";
import { ANNA, BEN, CAROL, JIVE, JOIN_BY_SMACK, onDuty, openService, parsed, plain, SUPPORT, WG } from "./wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

/** Anna has accepted, and both are invited. */
async function accepted() {
  const service = await openService();
  stops.push(() => service.app.stop());
  await service.tell(onDuty(ANNA), 2);
  await service.ask(CAROL, "set", JOIN_BY_SMACK);
  const session = await service.offered();
  await service.ask(ANNA, "set", `<offer-accept ${WG} id='${session}'/>`);
  const room = await service.room(session);
  await vi.waitFor(() => expect(service.invited()).toHaveLength(2));
  return { ...service, session, room };
}

const isInvitation = (one: Element) => one.getChild("x")?.getChild("invite") !== undefined;

describe("T-11: the invitations into the room", () => {
  it("go through the room from the workgroup's bare address, with all that their readers look for (R-26, R-27, R-42, R-43)", async () => {
    const { link, session, room } = await accepted();
    expect(room.address).toBe(`${session}@conference.example.org`);
    const sent = link.sent.filter(isInvitation).map((one) => plain(one, session));
    const invite = (to: string, reason: string) =>
      `<x xmlns='http://jabber.org/protocol/muc#user'><invite to='${to}'><reason>${reason}</reason></invite></x>`;
    expect(sent).toEqual([
      parsed(
        `<message from='${SUPPORT}' to='SESSION@conference.example.org'><offer ${WG} jid='${CAROL}'/><session ${JIVE} workgroup='${SUPPORT}' id='SESSION'/><user ${JIVE} id='carol@example.org'/>${invite(ANNA, "SESSION")}</message>`,
      ),
      parsed(
        `<message from='${SUPPORT}' to='SESSION@conference.example.org'><workgroup ${WG} jid='${SUPPORT}'/><session ${JIVE} id='SESSION'/>${invite(CAROL, "Please join me for a chat.")}</message>`,
      ),
    ]);
  });
});

describe("T-18: the end of a chat", () => {
  it("is told to colleagues; everything said is in the transcript; the room is gone (R-45)", async () => {
    const service = await accepted();
    const { session, room, link } = service;
    await service.tell(onDuty(BEN), 2);
    await service.ask(BEN, "get", `<agent-status-request ${WG}/>`);
    service.enter(room, CAROL, "Carol");
    service.enter(room, ANNA, "Anna");
    service.say(room, "Carol", "c1", "It was here yesterday");
    service.say(room, "Anna", "a1", "Goodbye");
    const chats = () =>
      service
        .to(BEN)
        .filter((one) => attr(one, "from") === ANNA)
        .map((one) => one.getChild("agent-status")?.getChild("current-chats")?.getChildElements().length);
    await vi.waitFor(() => expect(chats().at(-1)).toBe(1));
    await service.ask(ANNA, "set", `<end xmlns='urn:foyer:session:0' session='${session}'/>`);
    await vi.waitFor(() => expect(service.rooms.size).toBe(0));
    await vi.waitFor(() => expect(chats().at(-1)).toBe(0));
    expect(service.rows.filter(({ kind }) => kind === "line").map(({ body }) => body)).toEqual([
      "It was here yesterday",
      "Goodbye",
    ]);
    const destroyed = link.requests.find(({ payload }) => payload.getChild("destroy"));
    expect(destroyed?.to).toBe(room.address);
  });
});
