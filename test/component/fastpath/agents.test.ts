/** Agents at the wire, as the protocol's checklist numbers them: signing in, strangers, the roster. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { attr } from "../../../protocol/xml.ts";
import { ANNA, BEN, EVE, JIVE, onDuty, openService, parsed, plain, QUEUE, type Service, SUPPORT, WG } from "./wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function open(): Promise<Service> {
  const service = await openService();
  stops.push(() => service.app.stop());
  return service;
}

const overview = (to: string) =>
  parsed(
    `<presence from='${QUEUE}' to='${to}'><notify-queue ${WG}><count>0</count><time>0</time><status>open</status></notify-queue></presence>`,
  );
const details = (to: string) =>
  parsed(
    `<presence from='${QUEUE}' to='${to}'><notify-queue-details ${WG}/><waiting xmlns='urn:foyer:queue:0'/></presence>`,
  );

describe("T-03: an agent's presence", () => {
  it("is answered by two presences of the queue, from the queue's own address (R-31, R-36)", async () => {
    const { tell } = await open();
    expect((await tell(onDuty(ANNA), 2)).map((one) => plain(one))).toEqual([overview(ANNA), details(ANNA)]);
  });

  it("is answered so again when the plain one follows that shows how the agent is", async () => {
    const { tell } = await open();
    await tell(onDuty(ANNA), 2);
    const again = await tell(
      `<presence from='${ANNA}' to='${SUPPORT}'><show>chat</show><priority>1</priority></presence>`,
      2,
    );
    expect(again.map((one) => plain(one))).toEqual([overview(ANNA), details(ANNA)]);
  });

  it("that says away is answered too: the queue is closed when nobody else is there", async () => {
    const { tell } = await open();
    await tell(onDuty(ANNA), 2);
    const answer = await tell(`<presence from='${ANNA}' to='${SUPPORT}'><show>away</show></presence>`, 2);
    expect(plain(answer[0] ?? expect.fail())).toEqual(
      parsed(
        `<presence type='unavailable' from='${QUEUE}' to='${ANNA}'><notify-queue ${WG}><count>0</count><time>0</time><status>closed</status></notify-queue></presence>`,
      ),
    );
  });
});

describe("T-04: who signs in", () => {
  it("is refused when it is a stranger, with an error and not with silence (R-32)", async () => {
    const { tell } = await open();
    const answer = await tell(onDuty(EVE), 1);
    expect(answer.map((one) => plain(one))).toEqual([
      parsed(
        `<presence type='error' from='${SUPPORT}' to='${EVE}'><error type='auth' code='401'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>You are not an agent of this workgroup.</text></error></presence>`,
      ),
    ]);
  });

  it("may be an agent's second client: Fastpath allows one, here each has the queue", async () => {
    const { tell } = await open();
    const phone = "anna@example.org/phone";
    await tell(onDuty(ANNA), 2);
    expect((await tell(onDuty(phone), 2)).map((one) => plain(one))).toEqual([overview(phone), details(phone)]);
  });
});

describe("T-05: the agents' roster", () => {
  it("comes as a result, and then as presences in the colleagues' own names (R-37)", async () => {
    const { tell, to, link } = await open();
    await tell(onDuty(ANNA), 2);
    await tell(onDuty(BEN, "<max-chats>3</max-chats>"), 2);
    const before = link.sent.length;
    link.receive(`<iq type='get' id='r1' from='${ANNA}' to='${SUPPORT}'><agent-status-request ${WG}/></iq>`);
    // Queue news may come between: it is no part of this.
    const came = () => to(ANNA, before).filter((one) => one.name === "iq" || attr(one, "from") === BEN);
    await vi.waitFor(() => expect(came()).toHaveLength(2));
    expect(came().map((one) => plain(one))).toEqual([
      parsed(
        `<iq type='result' id='r1' from='${SUPPORT}' to='${ANNA}'><agent-status-request ${WG}><agent jid='ben@example.org'><name ${JIVE}>Ben</name></agent></agent-status-request></iq>`,
      ),
      parsed(
        `<presence from='${BEN}' to='${ANNA}'><agent-status ${WG} jid='${SUPPORT}'><max-chats>3</max-chats><current-chats ${JIVE}/></agent-status></presence>`,
      ),
    ]);
  });

  it("names a colleague's chats, with the time of their start", async () => {
    const service = await open();
    const { tell, to } = service;
    await tell(onDuty(BEN), 2);
    await service.join();
    const id = await service.offered();
    await service.answer(id, true, BEN);
    const room = await service.room(id);
    await vi.waitFor(() => expect(service.invited()).toHaveLength(2));
    service.enter(room, BEN, "Ben");
    service.enter(room, "dana@webchat.example.org/web", "Dana");
    await tell(onDuty(ANNA), 2);
    await service.ask(ANNA, "get", `<agent-status-request ${WG}/>`);
    const presence = await vi.waitFor(() => {
      const found = to(ANNA).findLast((one) => one.name === "presence" && attr(one, "from") === BEN);
      if (!found || !String(found).includes("startTime")) throw new Error("no chat of Ben's");
      return found;
    });
    expect(plain(presence, id)).toEqual(
      parsed(
        `<presence from='${BEN}' to='${ANNA}'><agent-status ${WG} jid='${SUPPORT}'><max-chats>4</max-chats><current-chats ${JIVE}><chat sessionID='SESSION' userID='dana@webchat.example.org' startTime='STAMP' question='Why?' username='Dana' email='dana@example.net'/></current-chats></agent-status></presence>`,
      ),
    );
  });
});
