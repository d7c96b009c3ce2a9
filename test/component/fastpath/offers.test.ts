/** Offers at the wire, as the protocol's checklist numbers them: what they say, who answers, and who does not. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { attr, type Element } from "../../../protocol/xml.ts";
import { ANNA, BEN, CAROL, JIVE, JOIN_BY_SMACK, onDuty, openService, parsed, plain, SUPPORT, WG } from "./wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

/** These agents are on duty, and Carol waits. */
async function asked(agents: string[], of: Record<string, unknown> = {}) {
  const service = await openService(of);
  stops.push(() => service.app.stop());
  for (const agent of agents) await service.tell(onDuty(agent), 2);
  await service.ask(CAROL, "set", JOIN_BY_SMACK);
  return { ...service, session: await service.offered() };
}

const revoke = (reason: string) =>
  parsed(
    `<offer-revoke ${WG} id='SESSION' jid='${CAROL}'><reason>${reason}</reason><session ${JIVE} id='SESSION' workgroup='${SUPPORT}'/><user ${JIVE} id='carol@example.org'/></offer-revoke>`,
  );
const hasBlanks = (element: Element): boolean =>
  element.children.some((one) => (typeof one === "string" ? one.trim() === "" : hasBlanks(one)));
const condition = (answer: Element) => answer.getChild("error")?.getChildElements()[0]?.name;

describe("T-09: an offer", () => {
  it("says whose, for how long, and all that was entered, without a blank between (R-01, R-39)", async () => {
    const { request, session } = await asked([ANNA]);
    const { from, payload } = await request(ANNA, "offer");
    expect(from).toBe(SUPPORT);
    expect(hasBlanks(payload)).toBe(false);
    expect(plain(payload, session)).toEqual(
      parsed(
        `<offer ${WG} id='SESSION' jid='${CAROL}'><metadata ${JIVE}><value name='username'>Carol</value><value name='email'>carol@example.net</value><value name='question'>Where is it?</value><value name='userID'>carol@example.org</value></metadata><timeout>20</timeout><session ${JIVE} id='SESSION' workgroup='${SUPPORT}'/><user-request/><user ${JIVE} id='carol@example.org'/></offer>`,
      ),
    );
  });
});

describe("T-10: an offer is accepted", () => {
  it.each(["id='SESSION'", `jid='${CAROL}'`])("by %s", async (by) => {
    const service = await asked([ANNA]);
    const answer = await service.ask(ANNA, "set", `<offer-accept ${WG} ${by.replace("SESSION", service.session)}/>`);
    expect(plain(answer)).toEqual(
      parsed(`<iq type='result' id='${attr(answer, "id")}' from='${SUPPORT}' to='${ANNA}'/>`),
    );
    await vi.waitFor(() => expect(service.invited()).toEqual(["anna@example.org", "carol@example.org"]));
  });

  it("too late: not acceptable, and taken from the screen (R-41)", async () => {
    const service = await asked([ANNA, BEN], { routing: "ring all" });
    const { session } = service;
    await service.request(BEN, "offer");
    await service.ask(ANNA, "set", `<offer-accept ${WG} id='${session}'/>`);
    await service.request(BEN, "offer-revoke");
    const late = await service.ask(BEN, "set", `<offer-accept ${WG} id='${session}'/>`);
    expect(condition(late)).toBe("not-acceptable");
    expect(plain((await service.request(BEN, "offer-revoke", 1)).payload, session)).toMatchObject({
      attrs: { id: "SESSION", jid: CAROL },
    });
  });
});

describe("T-12: an offer", () => {
  it("that is declined goes to the next agent", async () => {
    const service = await asked([ANNA, BEN]);
    await service.ask(ANNA, "set", `<offer-reject ${WG} id='${service.session}'/>`);
    expect(attr((await service.request(BEN, "offer")).payload, "id")).toBe(service.session);
    expect(service.requestsTo(ANNA, "offer-revoke")).toEqual([]);
  });

  it("that nobody answers is revoked, made anew after 20 s, and given up at the request's time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const service = await asked([ANNA], { request_timeout: 70 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(plain((await service.request(ANNA, "offer-revoke")).payload, service.session)).toEqual(
      revoke("The offer has timed out"),
    );
    expect(service.requestsTo(ANNA, "offer")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20_000);
    await service.request(ANNA, "offer", 1);
    await vi.advanceTimersByTimeAsync(30_000);
    await service.message(CAROL, "depart-queue");
    expect(service.requestsTo(ANNA, "offer")).toHaveLength(2);
    expect(service.requestsTo(ANNA, "offer-revoke")).toHaveLength(2);
  });
});

describe("T-13: a visitor who is offered", () => {
  it("departs: the offer is revoked", async () => {
    const service = await asked([ANNA]);
    await service.ask(CAROL, "set", `<depart-queue ${WG}/>`);
    expect(plain((await service.request(ANNA, "offer-revoke")).payload, service.session)).toEqual(
      revoke("User canceled"),
    );
  });

  it("goes offline: the offer is revoked once the time to return is over (R-53)", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const service = await asked([ANNA], { visitor_grace: 5, offer_timeout: 60 });
    service.link.receive(`<presence type='unavailable' from='${CAROL}' to='${SUPPORT}'/>`);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(service.requestsTo(ANNA, "offer-revoke")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    await service.request(ANNA, "offer-revoke");
  });
});

describe("T-17: an agent who holds an offer", () => {
  it("goes offline: the next agent is asked", async () => {
    const service = await asked([ANNA, BEN]);
    service.link.receive(`<presence type='unavailable' from='${ANNA}' to='${SUPPORT}'/>`);
    expect(attr((await service.request(BEN, "offer")).payload, "id")).toBe(service.session);
  });

  it("was cut off without a word: the offer comes back, and the next agent is asked (R-33)", async () => {
    const service = await openService();
    stops.push(() => service.app.stop());
    for (const agent of [ANNA, BEN]) await service.tell(onDuty(agent), 2);
    const { answer } = service.link;
    service.link.answer = (request) => {
      if (request.payload.name !== "offer" || request.to !== ANNA) return answer(request);
      throw new StanzaError("cancel", "service-unavailable", "There is no such client.");
    };
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    await service.request(ANNA, "offer");
    await service.request(BEN, "offer");
  });
});
