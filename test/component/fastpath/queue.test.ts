/** A visitor at the wire, as the protocol's checklist numbers it: the way into the queue, what is told there, and the ways out. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { attr } from "../../../protocol/xml.ts";
import { ANNA, CAROL, JIVE, JOIN_BY_SMACK, onDuty, openService, parsed, plain, QUEUE, SUPPORT, WG } from "./wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0)) await stop();
});

/** Anna is on duty. */
async function open(of: Record<string, unknown> = {}) {
  const service = await openService(of);
  stops.push(() => service.app.stop());
  await service.tell(onDuty(ANNA), 2);
  return service;
}

const status = (position: number, time: number) =>
  `<queue-status ${WG}><time>${time}</time><position>${position}</position><session ${JIVE} id='SESSION' workgroup='${SUPPORT}'/></queue-status>`;
const depart = (reason: string) =>
  parsed(`<message from='${SUPPORT}' to='${CAROL}'><depart-queue ${WG}><${reason}/></depart-queue></message>`);

describe("T-07: joining as Smack does", () => {
  it("with the form twice and an id that is none: the first form counts, and the address is the id (R-22, R-23)", async () => {
    const service = await open();
    const answer = await service.ask(CAROL, "set", JOIN_BY_SMACK);
    expect(plain(answer)).toEqual(
      parsed(`<iq type='result' id='${attr(answer, "id")}' from='${SUPPORT}' to='${CAROL}'/>`),
    );
    const { payload } = await service.request(ANNA, "offer");
    const values = payload.getChild("metadata")?.getChildElements() ?? [];
    expect(values.map((one) => [attr(one, "name"), one.getText()])).toEqual([
      ["username", "Carol"],
      ["email", "carol@example.net"],
      ["question", "Where is it?"],
      ["userID", "carol@example.org"],
    ]);
  });

  it("without an account, from an address that nobody has but the one connection", async () => {
    const service = await open();
    const from = "q7w8e9@anonymous.example.org/1a2b";
    await service.ask(from, "set", JOIN_BY_SMACK);
    const { payload } = await service.request(ANNA, "offer");
    expect(attr(payload, "jid")).toBe(from);
    expect(payload.getChild("user")?.attrs.id).toBe("q7w8e9@anonymous.example.org");
  });

  it("twice is a conflict, and changes nothing", async () => {
    const service = await open();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const again = await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const error = again.getChild("error");
    expect([attr(again, "type"), error?.attrs.type, error?.attrs.code]).toEqual(["error", "cancel", "409"]);
    expect(error?.getChild("conflict")?.getNS()).toBe("urn:ietf:params:xml:ns:xmpp-stanzas");
    expect(service.link.requests.filter(({ payload }) => payload.name === "offer")).toHaveLength(1);
  });
});

describe("T-08: a visitor in the queue", () => {
  it("is told its place, counted from 1, before the answer to its joining", async () => {
    const service = await open();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const session = await service.offered();
    const [first, second] = service.to(CAROL);
    expect(first && plain(first, session)).toEqual(
      parsed(`<message from='${SUPPORT}' to='${CAROL}'>${status(1, 15)}</message>`),
    );
    expect(second && [second.name, attr(second, "type")]).toEqual(["iq", "result"]);
  });

  it("gets the same in the answer when it asks (R-25)", async () => {
    const service = await open();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const session = await service.offered();
    const answer = await service.ask(CAROL, "get", `<queue-status ${WG}/>`);
    expect(plain(answer, session)).toEqual(
      parsed(`<iq type='result' id='${attr(answer, "id")}' from='${SUPPORT}' to='${CAROL}'>${status(1, 15)}</iq>`),
    );
  });

  it("is shown to the agents by the queue, at place 0 and with the time it came", async () => {
    const service = await open();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    const session = await service.offered();
    const shown = await vi.waitFor(() => {
      const found = service.to(ANNA).filter((one) => String(one).includes(CAROL))[0];
      if (!found) throw new Error("Carol is not shown");
      return found;
    });
    const details = plain(shown, session).children[0];
    expect([attr(shown, "from"), details]).toEqual([
      QUEUE,
      parsed(
        `<presence><notify-queue-details ${WG}><user jid='${CAROL}'><position>0</position><time>15</time><join-time>STAMP</join-time></user></notify-queue-details></presence>`,
      ).children[0],
    ]);
  });

  it("departs: the word of it comes first, the offer is revoked, and the place is gone", async () => {
    const service = await open();
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    await service.request(ANNA, "offer");
    const before = service.link.sent.length;
    const answer = await service.ask(CAROL, "set", `<depart-queue ${WG}/>`);
    await service.message(CAROL, "depart-queue");
    const came = service.to(CAROL, before);
    expect(came.map((one) => plain(one))).toContainEqual(depart("departure-requested"));
    expect(attr(answer, "type")).toBe("result");
    expect((await service.request(ANNA, "offer-revoke")).payload.getChildText("reason")).toBe("User canceled");
    const poll = await service.ask(CAROL, "get", `<queue-status ${WG}/>`);
    expect(poll.getChild("error")?.getChild("item-not-found")).toBeDefined();
  });

  it("whom nobody takes is asked to leave when the time is over", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const service = await open({ request_timeout: 60 });
    await service.ask(CAROL, "set", JOIN_BY_SMACK);
    await service.request(ANNA, "offer");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(plain(await service.message(CAROL, "depart-queue"))).toEqual(depart("agent-not-found"));
  });
});
