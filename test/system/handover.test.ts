/** Chats that are handed over, shared and watched, on real parts. */
import { describe, expect, it } from "vitest";
import { buildDecline } from "../../protocol/muc.ts";
import { NS_MUC, NS_MUC_USER } from "../../protocol/ns.ts";
import { parseRoomMessage } from "../../protocol/room-message.ts";
import {
  buildHandover,
  type HandoverPayload,
  parseColleagueInvitation,
  parseHandoverFailure,
} from "../../protocol/workgroup/handover.ts";
import {
  buildMonitorQuestion,
  buildMonitorRequest,
  buildOccupantsRequest,
  parseMonitorAnswer,
  parseOccupants,
} from "../../protocol/workgroup/monitor.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import { attr, child, type Element, xml } from "../../protocol/xml.ts";
import { withClient } from "../../stack/databases.ts";
import { superuserUrl } from "../../stack/postgres.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { PlainAgent } from "../support/plain-agent.ts";

const NS_BLOCKING = "urn:xmpp:blocking";
const BILLING = "billing@workgroup.localhost";
const house = useHouse({
  workgroups: `
workgroups = {
  support = {
    name = "Support"; agent_grace = 2; visitor_grace = 2; agent_join_timeout = 5; monitors = { "dora@localhost" };
    agents = { ["anna@localhost"] = { name = "Anna" }; ["ben@localhost"] = { name = "Ben" } };
  };
  billing = { name = "Billing"; agent_join_timeout = 5; agents = { ["carol@localhost"] = { name = "Carol" } } };
}
`,
  agents: ["anna", "ben", "carol", "dora"],
  env: { webchat: { VISITOR_GRACE_S: "2" } },
});

/** Signed in to the server, and to a workgroup when one is named. */
async function person(name: string, workgroup?: string): Promise<PlainAgent> {
  const { password = "" } = house.stack.agents[name] ?? {};
  const one = await PlainAgent.connect({
    service: house.stack.c2sService,
    domain: "localhost",
    username: name,
    password,
  });
  if (workgroup !== undefined) await one.signIn(workgroup);
  return one;
}

const hand = (by: PlainAgent, session: string, of: Pick<HandoverPayload, "kind" | "type" | "invitee">) =>
  by.request("set", SUPPORT, buildHandover({ ...of, session, reason: "It is about the invoice" }));

const failure = ({ inbox }: PlainAgent) => inbox.first("word of a failure", parseHandoverFailure);

/** Why a seat was lost: kicked by the service. */
const kicked = ({ inbox }: PlainAgent, room: string, nick: string) =>
  inbox.first("the own seat to be taken away", (stanza) => {
    const isGone = attr(stanza, "from") === `${room}/${nick}` && attr(stanza, "type") === "unavailable";
    return isGone && child(stanza, "x", NS_MUC_USER)?.getChild("item")?.getChildText("reason");
  });

const invitation = ({ inbox }: PlainAgent) =>
  inbox.first("an invitation by name", (stanza) => {
    const invited = stanza.is("message") ? parseColleagueInvitation(stanza) : undefined;
    return invited && { ...invited, room: attr(stanza, "from") ?? "" };
  });

/** Enters and asks for history: the last lines that were said before, each with the time it was said and its id in the archive. */
async function told(by: PlainAgent, room: string, most: number): Promise<string[]> {
  const from = by.inbox.all.length;
  const history = xml("history", { maxstanzas: most });
  await by.send(xml("presence", { to: `${room}/Ben` }, xml("x", { xmlns: NS_MUC }, history)));
  const isSubject = (stanza: Element) => stanza.is("message") && stanza.getChild("subject") !== undefined;
  await by.inbox.first("the subject, which closes the history", isSubject, from);
  const before = by.inbox.all.slice(from).map((stanza) => parseRoomMessage(stanza, room));
  const lines = before.filter((one) => one?.kind === "line");
  for (const line of lines) expect(line).toMatchObject({ stanzaId: expect.any(String), at: expect.any(Number) });
  return lines.map(({ text }) => text);
}

const end = (by: PlainAgent, session: string, at = SUPPORT): Promise<Element | undefined> =>
  by.request("set", at, buildEndSession(session));

describe("a colleague who is asked by name", () => {
  it("comes to help: three talk, and the occupants are told", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await house.agent("ben");
    await hand(anna, session, { kind: "invite", type: "user", invitee: "ben@localhost" });
    const invited = await invitation(ben);
    expect(invited).toMatchObject({ session, workgroup: SUPPORT, inviter: anna.jid, kind: "invite", room });
    expect(invited.metadata.username).toEqual(["John"]);
    await ben.enter(room, "Ben");
    await ben.say(room, "I know that router");
    await john.line("I know that router");
    await anna.hear(room, "I know that router");
    const seen = await anna.request("get", SUPPORT, buildOccupantsRequest(session));
    expect(
      seen &&
        parseOccupants(seen)
          .map(({ nick }) => nick)
          .sort(),
    ).toEqual(["Anna", "Ben", "John"]);
    await end(ben, session);
    await john.phase("ended");
  });

  it("comes to take over: who asked is out, and the talk goes on", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await house.agent("ben");
    await hand(anna, session, { kind: "transfer", type: "user", invitee: "ben@localhost" });
    expect(await invitation(ben)).toMatchObject({ kind: "transfer" });
    await ben.enter(room, "Ben");
    expect(await kicked(anna, room, "Anna")).toBe("Transfer was successful");
    john.say("Are you still there?");
    expect(await ben.hear(room, "Are you still there?")).toBe("John");
    await expect(end(anna, session)).rejects.toMatchObject({ condition: "forbidden" });
    await end(ben, session);
    await john.phase("ended");
  });

  it("reads what was said before, from the room's archive and nowhere else", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await house.agent("ben");
    for (const text of ["first", "second", "third"]) {
      await anna.say(room, text);
      await john.line(text);
    }
    await hand(anna, session, { kind: "invite", type: "user", invitee: "ben@localhost" });
    await invitation(ben);
    expect(await told(ben, room, 2)).toEqual(["second", "third"]);
    await ben.leave(room, "Ben");
    const { settings, secrets } = house.stack;
    const server = { port: settings.ports.postgres, password: secrets.postgresPassword };
    await withClient(superuserUrl(server, "prosody"), (client) =>
      client.query(`DELETE FROM prosodyarchive WHERE "user" = $1`, [room.split("@")[0]]),
    );
    expect(await told(ben, room, 2)).toEqual([]);
    await end(anna, session);
  });

  it("hears nothing of a room that it has blocked, until it blocks it no more", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await house.agent("ben");
    await hand(anna, session, { kind: "invite", type: "user", invitee: "ben@localhost" });
    await invitation(ben);
    await ben.enter(room, "Ben");
    const item = xml("item", { jid: room });
    await ben.request("set", "ben@localhost", xml("block", { xmlns: NS_BLOCKING }, item));
    john.say("not for Ben");
    await anna.hear(room, "not for Ben");
    await ben.request("set", "ben@localhost", xml("unblock", { xmlns: NS_BLOCKING }, item));
    john.say("for Ben too");
    await ben.hear(room, "for Ben too");
    expect(ben.inbox.all.filter((stanza) => stanza.getChildText("body") === "not for Ben")).toEqual([]);
    await end(anna, session);
  });

  it("declines: the inviter is told, and keeps the chat", async () => {
    const { john, anna, room, session } = await house.talk();
    const ben = await house.agent("ben");
    await hand(anna, session, { kind: "transfer", type: "user", invitee: "ben@localhost" });
    await invitation(ben);
    await ben.send(buildDecline({ room, to: SUPPORT, reason: "No time" }));
    expect(await failure(anna)).toMatchObject({ kind: "transfer", session, invitee: "ben@localhost" });
    await anna.say(room, "It is you and me");
    await john.line("It is you and me");
    await end(anna, session);
  });
});

describe("a transfer to another workgroup", () => {
  it("is accepted by the session's id; who accepts enters at once, and the inviter is out", async () => {
    const { john, anna, room, session } = await house.talk();
    const carol = await person("carol", BILLING);
    await hand(anna, session, { kind: "transfer", type: "queue", invitee: `${BILLING}/Default Queue` });
    const offer = await carol.offer();
    expect(offer).toMatchObject({
      session,
      workgroup: SUPPORT,
      visitor: expect.stringContaining("@webchat.localhost"),
    });
    expect(offer.handover).toMatchObject({ kind: "transfer", type: "queue", inviter: anna.jid, room });
    // Spark does not wait for anything between the two.
    await Promise.all([carol.answer({ ...offer, workgroup: BILLING }, true), carol.enter(room, "Carol")]);
    await kicked(anna, room, "Anna");
    await carol.say(room, "About that invoice");
    await john.line("About that invoice");
    await end(carol, session, BILLING);
    await john.phase("ended");
    await carol.stop();
  });

  it("that everybody declines is told to the inviter (R-46)", async () => {
    const { anna, session } = await house.talk();
    const carol = await person("carol", BILLING);
    await hand(anna, session, { kind: "transfer", type: "workgroup", invitee: BILLING });
    await carol.answer({ ...(await carol.offer()), workgroup: BILLING }, false);
    expect(await failure(anna)).toEqual({
      kind: "transfer",
      type: "workgroup",
      session,
      invitee: BILLING,
      text: "No agent accepted this chat.",
    });
    await end(anna, session);
    await carol.stop();
  });

  it("is not forgotten when the service is killed midway", async () => {
    const { john, anna, room, session } = await house.talk();
    const carol = await person("carol", BILLING);
    await hand(anna, session, { kind: "transfer", type: "workgroup", invitee: BILLING });
    await carol.offer();
    const before = carol.inbox.all.length;
    await house.stack.component.kill();
    await house.stack.component.start();
    const offer = await carol.offer(before);
    await carol.answer({ ...offer, workgroup: BILLING }, true);
    await carol.enter(room, "Carol");
    await kicked(anna, room, "Anna");
    await carol.say(room, "Here I am");
    await john.line("Here I am");
    await end(carol, session, BILLING);
    await carol.stop();
  });
});

describe("watching", () => {
  it("lets who may into the room, and no others", async () => {
    const { john, anna, room, session } = await house.talk();
    const dora = await person("dora");
    const ask = await dora.request("get", SUPPORT, buildMonitorQuestion());
    expect(ask && parseMonitorAnswer(ask)).toBe(true);
    await expect(anna.request("set", SUPPORT, buildMonitorRequest(session))).rejects.toMatchObject({
      condition: "forbidden",
    });
    await dora.request("set", SUPPORT, buildMonitorRequest(session));
    await dora.enter(room, "Dora");
    john.say("Does anybody listen?");
    expect(await dora.hear(room, "Does anybody listen?")).toBe("John");
    // Who watches keeps no talk alive.
    await anna.leave(room, "Anna");
    await john.phase("ended");
    await dora.stop();
  });
});

describe("the room of a chat", () => {
  it("is called by who asks what", async () => {
    const { anna, room, session } = await house.talk();
    const subject = await anna.inbox.first(
      "the subject",
      (stanza) =>
        stanza.is("message") && attr(stanza, "from")?.startsWith(room) && (stanza.getChildText("subject") || undefined),
    );
    expect(subject).toBe("John: My router is offline");
    await end(anna, session);
  });

  it("that who accepted never enters is offered to the next agent", async () => {
    const anna = await house.agent("anna");
    const john = await house.visitor();
    john.join(FORM);
    await anna.answer(await anna.offer(), true);
    const ben = await house.agent("ben");
    const room = await ben.take(await ben.offer(), "Ben");
    await john.phase("talking");
    await eventually("Anna's card to be taken back", async () =>
      anna.inbox.all.some((one) => one.getChild("offer-revoke")),
    );
    await end(ben, room.replace(/@.*/, ""));
  });
});
