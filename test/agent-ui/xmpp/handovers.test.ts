import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endSentence } from "../../../agent-ui/elements/message-list.ts";
import { initialState } from "../../../agent-ui/state/model.ts";
import { createStore } from "../../../agent-ui/state/store.ts";
import { createDesk } from "../../../agent-ui/xmpp/desk.ts";
import { NS_MUC_USER } from "../../../protocol/ns.ts";
import { buildColleagueInvitation } from "../../../protocol/workgroup/handover.ts";
import { buildOffer } from "../../../protocol/workgroup/offer.ts";
import { attr } from "../../../protocol/xml.ts";
import { FakeServer } from "../support/fake-server.ts";
import { chatOf, offer, ROOM, SUPPORT } from "../support/state.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

const metadata = { username: ["John"], question: ["My router is offline"], userID: ["v1@webchat.localhost"] };
const INVITER = "ben@localhost/ui";
/** A workgroup that this agent does not serve. */
const BILLING = "billing@workgroup.localhost";

async function atDesk() {
  let clock = 1_000_000;
  const server = new FakeServer();
  const store = createStore(initialState(clock));
  const desk = createDesk({
    service: "workgroup.localhost",
    connect: server.connect,
    dispatch: store.dispatch,
    state: () => store.state,
    now: () => clock++,
    kept: () => ({ draft: "", unsent: [] }),
  });
  server.up();
  await settle();
  return { server, store, desk };
}

describe("a chat that a colleague of another workgroup hands over", () => {
  it("is an offer with the colleague's words, and a chat of the own workgroup when it is accepted", async () => {
    const { server, store, desk } = await atDesk();
    const handover = { kind: "transfer", type: "queue", inviter: INVITER, room: ROOM, reason: "An invoice" } as const;
    const payload = buildOffer({ ...offer(), id: "h1", workgroup: BILLING, metadata, handover });
    server.handlers?.offer(payload, SUPPORT);
    expect(store.state.offers[0]?.askedBy).toEqual({
      kind: "transfer",
      inviter: INVITER,
      reason: "An invoice",
      owner: BILLING,
      room: null,
    });
    desk.answerOffer("h1", true);
    await settle();
    expect(attr(server.asked.at(-1)?.payload ?? payload, "id")).toBe("h1");
    server.deliver(
      `<message from='${ROOM}'><x xmlns='${NS_MUC_USER}'><invite from='${BILLING}'><reason>s1</reason></invite></x></message>`,
    );
    await settle();
    expect(store.state.offers).toEqual([]);
    expect(chatOf(store.state)).toMatchObject({ seat: "joined", name: "John", workgroup: SUPPORT });
  });
});

describe("a colleague who asks by name", () => {
  const invitation = (words: string, from = SUPPORT, room = ROOM): string => {
    const extra = buildColleagueInvitation({
      session: "s1",
      workgroup: SUPPORT,
      inviter: INVITER,
      kind: "invite",
      metadata,
    });
    return `<message from='${room}'>${extra.join("")}<x xmlns='${NS_MUC_USER}'><invite from='${from}'><reason>${words}</reason></invite></x></message>`;
  };
  const asked = async (words = "Do you know this one?") => {
    const all = await atDesk();
    all.server.deliver(invitation(words));
    await settle();
    return all;
  };

  it("shows as an offer that says who and why", async () => {
    const { store } = await asked();
    expect(store.state.offers).toMatchObject([
      {
        session: "s1",
        metadata: { username: ["John"] },
        askedBy: { kind: "invite", inviter: INVITER, reason: "Do you know this one?", room: ROOM },
      },
    ]);
  });

  it("with nothing to say says nothing twice", async () => {
    const { store } = await asked("Ben asks for your help in a chat. John: My router is offline");
    expect(store.state.offers[0]?.askedBy?.reason).toBe("");
  });

  it("is followed into the room, and nothing is answered to the workgroup", async () => {
    const { server, store, desk } = await asked();
    const before = server.asked.length;
    desk.answerOffer("invitation:s1", true);
    await settle();
    expect(chatOf(store.state)).toMatchObject({ seat: "joined", name: "John" });
    expect(store.state.activeRoom).toBe(ROOM);
    expect(store.state.offers).toEqual([]);
    expect(server.asked.slice(before).filter(({ to, type }) => to === SUPPORT && type === "set")).toEqual([]);
  });

  it("is told when the agent declines", async () => {
    const { server, store, desk } = await asked();
    desk.answerOffer("invitation:s1", false);
    await settle();
    expect(String(server.sent.at(-1))).toBe(
      `<message to="${ROOM}"><x xmlns="${NS_MUC_USER}"><decline to="${SUPPORT}"/></x></message>`,
    );
    expect([store.state.offers, store.state.chats.size]).toEqual([[], 0]);
  });

  it("who is a stranger with a room of his own is passed over", async () => {
    const { server, store } = await atDesk();
    server.deliver(invitation("Come", "evil@elsewhere.example"));
    server.deliver(invitation("Come", SUPPORT, "s1@conference.elsewhere.example"));
    await settle();
    expect(store.state.offers).toEqual([]);
  });
});

describe("an agent who has handed a chat over", () => {
  it("reads so, and the chat is put aside", async () => {
    const { server, store, desk } = await atDesk();
    server.handlers?.offer(buildOffer({ ...offer(), metadata }), SUPPORT);
    desk.answerOffer("s1", true);
    await settle();
    server.deliver(
      `<message from='${ROOM}'><x xmlns='${NS_MUC_USER}'><invite from='${SUPPORT}'><reason>s1</reason></invite></x></message>`,
    );
    await settle();
    server.deliver(
      `<presence type='unavailable' from='${ROOM}/Anna'><x xmlns='${NS_MUC_USER}'><item affiliation='member' role='none'><reason>Transfer was successful</reason></item><status code='110'/><status code='307'/></x></presence>`,
    );
    await settle();
    const chat = chatOf(store.state);
    expect(chat.ended?.by).toBe("handover");
    expect(endSentence(chat)).toBe("A colleague has taken John’s chat over, and you have left it.");
  });
});
