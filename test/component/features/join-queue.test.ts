import { describe, expect, it } from "vitest";
import { NS_WORKGROUP } from "../../../protocol/ns.ts";
import { buildIdentityClaim, parseIdentity } from "../../../protocol/workgroup/identity.ts";
import { buildDepartQueue, buildJoinQueue, parseQueueStatus } from "../../../protocol/workgroup/join.ts";
import { attr, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { field } from "../domain/scene.ts";
import { ANNA, createWorld, DANA, SALES, SERVICE, SUPPORT, signedIdentity } from "./world.ts";

const NS = "xmlns='http://jabber.org/protocol/workgroup'";
const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const join = buildJoinQueue({ metadata: { referer: ["http://shop.example"] }, answers: { username: ["Dana"] } });
const poll = `<queue-status ${NS}/>`;

const open = async (...of: Parameters<typeof createWorld>) => {
  const world = createWorld(...of);
  await world.signIn();
  return world;
};

describe("a visitor who joins", () => {
  it("is queued under its own address, and answered by the address it asked (R-02)", async () => {
    const { iq, support } = await open();
    const answer = await iq("set", join, { from: DANA });
    expect(shape(answer)).toEqual(shape(parseXml(`<iq type='result' id='i1' from='${SUPPORT}' to='${DANA}'/>`)));
    expect(support.told("join-requested")).toEqual([
      {
        type: "join-requested",
        at: expect.any(Number),
        id: "r1",
        visitor: DANA,
        userId: "dana@webchat.example.org",
        metadata: { referer: ["http://shop.example"], username: ["Dana"] },
        verified: [],
      },
    ]);
  });

  it("may bring its site's word on who it is, which takes the place of its own and is marked", async () => {
    const { iq, support } = await open();
    const answers = { username: ["Admin"], email: ["x@evil.example"], subject: ["boss"], question: ["Why?"] };
    const identity = await signedIdentity({ sub: "customer-7", name: "Dana Hart" });
    await iq("set", buildJoinQueue({ metadata: {}, answers, identity }), { from: DANA });
    const request = support.committed.requests.get("r1");
    expect(request?.metadata).toEqual({ ...answers, username: ["Dana Hart"], subject: ["customer-7"] });
    expect(request?.verified).toEqual(["username", "subject"]);
  });

  it.each([
    ["signed with another secret", { sub: "customer-7" }, "another-secret-that-is-long-enough-too"],
    ["for another workgroup", { sub: "customer-7", aud: "sales" }, undefined],
    ["expired", { sub: "customer-7", exp: 1 }, undefined],
  ])("with a word of its site that is %s is not let in at all", async (_, claims, secret) => {
    const { refusal, support } = await open();
    const identity = await signedIdentity(claims, secret);
    const join = buildJoinQueue({ metadata: {}, answers: {}, identity });
    expect(await refusal("set", join, { from: DANA })).toMatchObject({
      condition: "not-acceptable",
      text: expect.stringMatching(/^identity: /),
    });
    expect(
      await refusal("set", `<join-queue ${NS}><identity xmlns='urn:foyer:visit:0'/></join-queue>`, { from: DANA }),
    ).toMatchObject({ condition: "not-acceptable" });
    expect(support.told("join-requested")).toEqual([]);
  });

  it("may ask beforehand whether that word is believed", async () => {
    const { ask, refusal } = await open();
    const claim = buildIdentityClaim(await signedIdentity({ sub: "customer-7", email: "d@shop.example" }));
    const answer = await ask("get", claim, { from: DANA });
    expect(answer && parseIdentity(answer)).toEqual({ subject: "customer-7", name: "", email: "d@shop.example" });
    expect(await refusal("get", buildIdentityClaim("x"), { from: DANA })).toMatchObject({
      condition: "not-acceptable",
    });
    expect(await refusal("get", claim, { from: DANA, to: SALES })).toMatchObject({ condition: "not-acceptable" });
  });

  it("is told its place before the answer, as Fastpath does it", async () => {
    const { iq, link, tellVisitor, support } = await open();
    tellVisitor.mockImplementation(() => {
      expect(link.sent.filter(({ name }) => name === "iq")).toEqual([]);
    });
    await iq("set", join, { from: DANA });
    expect(tellVisitor).toHaveBeenCalledExactlyOnceWith(support, "r1");
  });

  it("may ask at the queue's own address, and in Jive's namespace (R-04)", async () => {
    const { iq } = await open();
    const to = `${SUPPORT}/Default Queue`;
    const answer = await iq("set", `<join-queue ${JIVE}/>`, { from: DANA, to });
    expect(answer.attrs).toMatchObject({ type: "result", from: to });
  });

  it("cannot pass for somebody else, choose an agent, or leave a password", async () => {
    const { ask, support } = await open();
    await ask(
      "set",
      `<join-queue ${NS}>
        <user ${JIVE} id='boss@example.org'/>
        <metadata ${JIVE}><value name='agent'>anna@example.org</value><value name='userID'>boss@example.org</value></metadata>
        <x xmlns='jabber:x:data' type='submit'>
          <field var='username'><value>Dana</value></field><field var='password'><value>secret</value></field>
        </x>
      </join-queue>`,
      { from: DANA },
    );
    const [joined] = support.told("join-requested");
    expect(joined).toMatchObject({ userId: "dana@webchat.example.org" });
    expect({ ...joined?.metadata }).toEqual({ username: ["Dana"] });
  });

  it("may send the form twice, as Smack does: the first counts (R-22, R-23)", async () => {
    const { ask, support } = await open();
    const form = (name: string) =>
      `<x xmlns='jabber:x:data' type='submit'><field var='username'><value>${name}</value></field></x>`;
    const user = `<user ${JIVE} id='null'/>`;
    await ask("set", `<join-queue ${NS}><queue-notifications/>${user}${form("Dana")}${form("Again")}</join-queue>`, {
      from: DANA,
    });
    expect({ ...support.told("join-requested")[0]?.metadata }).toEqual({ username: ["Dana"] });
  });
});

describe("a visitor who is not let in", () => {
  it("has named no workgroup of ours", async () => {
    const { refusal } = await open();
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("set", join, { from: DANA, to: `nobody@${SERVICE}` })).toMatchObject(refused);
  });

  it("waits already, or talks already", async () => {
    const { refusal, ask, support } = await open();
    await ask("set", join, { from: DANA });
    expect(await refusal("set", join, { from: DANA })).toMatchObject({ type: "cancel", condition: "conflict" });
    support.post({ type: "offer-answered", at: 0, device: ANNA, offer: { id: "r1" }, accepted: true });
    expect(await refusal("set", join, { from: DANA })).toMatchObject({ condition: "conflict" });
    expect(support.committed.requests.size).toBe(1);
  });

  it("has left out what is required, and is told what", async () => {
    const fields = [field("username", true), field("email", true), field("question", false), field("phone", true)];
    const { refusal } = await open({ form: { title: "", instructions: "", fields } });
    const form = buildJoinQueue({ metadata: {}, answers: { username: ["Dana"], email: ["  "] } });
    expect(await refusal("set", form, { from: DANA })).toEqual({
      type: "modify",
      condition: "not-acceptable",
      text: "missing: email, phone",
    });
  });

  it("comes while it is closed, or while no agent is there", async () => {
    const closed = await open({ open: false });
    const refused = { type: "cancel", condition: "service-unavailable" };
    expect(await closed.refusal("set", join, { from: DANA })).toMatchObject(refused);
    expect(await createWorld().refusal("set", join, { from: DANA })).toMatchObject(refused);
  });

  it("comes while as many wait as may", async () => {
    const { refusal, join: joined } = await open({ maxQueue: 1 });
    await joined("john@webchat.example.org/web");
    const refused = { type: "wait", condition: "resource-constraint" };
    expect(await refusal("set", join, { from: DANA })).toMatchObject(refused);
  });

  it("comes with a time when an account of another server comes too often", async () => {
    const { ask, iq, refusal } = await open();
    const from = "eve@evil.example/x";
    const leave = `<depart-queue xmlns='${NS_WORKGROUP}'/>`;
    for (let i = 0; i < 20; i++) {
      await ask("set", join, { from });
      await iq("set", leave, { from });
    }
    const refused = { type: "wait", condition: "policy-violation", text: "Too much at once. Try again in 10 seconds." };
    expect(await refusal("set", join, { from })).toEqual(refused);
    await ask("set", join, { from: "dana@evil.example/x" });
  });

  it("gets its request back with the refusal (R-07)", async () => {
    const answer = await createWorld().iq("set", join, { from: DANA });
    expect(answer.attrs).toMatchObject({ type: "error", from: SUPPORT, to: DANA });
    expect(elements(answer).map(({ name }) => name)).toEqual(["join-queue", "error"]);
    expect(elements(answer)[1]?.attrs).toMatchObject({ type: "cancel", code: "503" });
  });

  it("is told to wait when nothing can be saved", async () => {
    const { refusal, support, lines } = await open();
    const { StanzaError } = await import("../../../protocol/stanza-error.ts");
    support.ask = () => Promise.reject(new StanzaError("wait", "internal-server-error", "later"));
    expect(await refusal("set", join, { from: DANA })).toMatchObject({ type: "wait" });
    expect(lines).toEqual([]);
  });
});

describe("a visitor who waits", () => {
  it("may ask for its place, and gets it in the answer (R-25)", async () => {
    const { ask, refusal, join: joined } = await open();
    await joined("john@webchat.example.org/web");
    await joined(DANA);
    const status = await ask("get", poll, { from: DANA });
    expect(status && parseQueueStatus(status)).toEqual({ position: 2, waitS: 30, session: "r2" });
    expect(status && attr(elements(status)[2] ?? status, "workgroup")).toBe(SUPPORT);
    const stranger = await refusal("get", poll, { from: "nobody@webchat.example.org/web" });
    expect(stranger).toMatchObject({ condition: "item-not-found" });
  });

  it("may give up, and is told so by a message too", async () => {
    const { ask, refusal, join: joined, support } = await open();
    await joined(DANA);
    expect(await ask("set", buildDepartQueue(), { from: DANA })).toBeUndefined();
    expect(support.committed.requests.size).toBe(0);
    expect(support.effects).toContainEqual(
      expect.objectContaining({ type: "tell-departed", reason: "departure-requested" }),
    );
    expect(await refusal("set", buildDepartQueue(), { from: DANA })).toMatchObject({ condition: "item-not-found" });
  });

  it("cannot take somebody else out of the queue", async () => {
    const { refusal, join: joined, support } = await open();
    await joined(DANA);
    await refusal("set", buildDepartQueue(), { from: "dana@webchat.example.org/other" });
    expect(support.committed.requests.size).toBe(1);
  });

  it("whose status message comes back is out of reach", async () => {
    const { tell, join: joined, support } = await open();
    await joined(DANA);
    const error = "<error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    await tell(`<message type='error' from='${DANA}' to='${SUPPORT}'><queue-status ${NS}/>${error}</message>`);
    expect(support.told("visitor-unreachable")).toMatchObject([{ visitor: DANA }]);
    await tell(`<message type='error' from='${DANA}' to='${SUPPORT}'>${error}</message>`);
    await tell(`<message from='${DANA}' to='${SUPPORT}'><queue-status ${NS}/></message>`);
    expect(support.told("visitor-unreachable")).toHaveLength(1);
  });
});
