/** The whole road on real parts: a visitor at the gateway, agents with a plain XMPP library, everything between them. */
import { describe, expect, it } from "vitest";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildAgentRosterRequest, parseAgentRoster, parseColleagueStatus } from "../../protocol/workgroup/agent.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import {
  buildTranscriptRequest,
  buildTranscriptsRequest,
  parseTranscript,
  parseTranscripts,
} from "../../protocol/workgroup/transcript.ts";
import { child } from "../../protocol/xml.ts";
import { FORM, SUPPORT, useHouseAnywhere } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouseAnywhere({
  workgroups: workgroupsLua(
    "offer_timeout = 5; rejection_memory = 30; agent_grace = 2; visitor_grace = 2; max_chats = 1;",
  ),
  env: { webchat: { VISITOR_GRACE_S: "2" } },
});
const { agent, visitor, talk } = house;

describe("a visitor who is met by an agent", () => {
  it("waits with a place, is offered with all that was entered, talks both ways, and the transcript is kept", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    const waiting = await john.phase("waiting");
    expect(waiting.position).toBe(1);

    const offer = await anna.offer();
    expect(offer.metadata).toMatchObject({
      username: ["John"],
      email: ["john@example.org"],
      question: ["My router is offline"],
    });
    expect(offer.metadata.userID?.[0]).toMatch(/^[a-z0-9]+@webchat\.localhost$/);
    const room = await anna.take(offer, "Anna");
    const talking = await john.phase("talking");
    expect(talking.session).toBe(offer.session);
    await john.inbox.until(
      "Anna to be there",
      () => (john.state?.phase === "talking" && john.state.agents.includes("Anna")) || undefined,
    );

    const key = john.say("Hello, is anybody there? <b>ünïcødé 👋</b>");
    expect(await anna.hear(room, "Hello, is anybody there? <b>ünïcødé 👋</b>")).toBe("John");
    const own = await john.line("Hello, is anybody there? <b>ünïcødé 👋</b>");
    expect(own).toMatchObject({ key, from: { kind: "self" } });
    await anna.say(room, "Yes, John.\nLet me look.");
    expect(await john.line("Yes, John.\nLet me look.")).toMatchObject({ from: { kind: "agent", name: "Anna" } });

    await anna.request("set", SUPPORT, buildEndSession(offer.session));
    const ended = await john.phase("ended");
    expect(ended.by).toEqual({ kind: "agent", name: "Anna" });

    const { rows } = await house.db.query(
      "SELECT kind, speaker_kind, nick, body FROM transcript_lines WHERE session_id = $1 AND kind IN ('line', 'service') ORDER BY id",
      [offer.session],
    );
    expect(rows).toEqual([
      { kind: "service", speaker_kind: "visitor", nick: "John", body: "My router is offline" },
      { kind: "line", speaker_kind: "visitor", nick: "John", body: "Hello, is anybody there? <b>ünïcødé 👋</b>" },
      { kind: "line", speaker_kind: "agent", nick: "Anna", body: "Yes, John.\nLet me look." },
    ]);
    const { rows: outcomes } = await house.db.query("SELECT outcome FROM offers WHERE request_id = $1", [
      offer.session,
    ]);
    expect(outcomes).toEqual([{ outcome: "accepted" }]);
  });

  it("reads the whole conversation again after it has ended, on any page", async () => {
    const { john, anna, room, session } = await talk();
    john.say("one");
    await anna.hear(room, "one");
    await anna.say(room, "two");
    await john.line("two");
    john.send({ kind: "end" });
    expect((await john.phase("ended")).by.kind).toBe("visitor");
    const later = await visitor({ token: john.token ?? "" });
    expect((await later.phase("ended")).session).toBe(session);
    await later.line("two");
    expect(later.lines.map(({ text }) => text)).toEqual(["My router is offline", "one", "two"]);
  });

  it("is shown to the next agent with earlier chats", async () => {
    const { john, anna, room } = await talk();
    john.say("remember me");
    await anna.hear(room, "remember me");
    john.send({ kind: "end" });
    await john.phase("ended");
    const before = anna.inbox.all.length;
    john.join({ ...FORM, question: "Again" });
    const offer = await anna.offer(before);
    const list = await eventually("the earlier chat", async () => {
      const answer = await anna.request("get", SUPPORT, buildTranscriptsRequest(offer.userId));
      const found = answer && parseTranscripts(answer);
      return found && found.length > 0 && found;
    });
    expect(list).toHaveLength(1);
    expect(list[0]?.agents.map(({ jid }) => jid)).toEqual(["anna@localhost"]);
    const transcript = await anna.request("get", SUPPORT, buildTranscriptRequest(list[0]?.session ?? ""));
    const lines = transcript ? parseTranscript(transcript).filter(({ kind }) => kind === "line") : [];
    expect(lines).toMatchObject([
      { nick: "John", text: "My router is offline" },
      { nick: "John", text: "remember me" },
    ]);
    john.send({ kind: "cancel" });
    await john.phase("idle");
  });

  it("sees typing, and is seen typing", async () => {
    const { john, anna, room } = await talk();
    // Typing before the seat is taken is told to nobody.
    await john.inbox.until(
      "Anna to be there",
      () => (john.state?.phase === "talking" && john.state.agents.includes("Anna")) || undefined,
    );
    john.send({ kind: "typing", active: true });
    await anna.inbox.first(
      "composing",
      (stanza) =>
        stanza.is("message") && stanza.getChild("composing", "http://jabber.org/protocol/chatstates") && stanza,
    );
    const { xml } = await import("../../protocol/xml.ts");
    await anna.send(
      xml(
        "message",
        { type: "groupchat", to: room },
        xml("composing", { xmlns: "http://jabber.org/protocol/chatstates" }),
      ),
    );
    expect(await john.frame("typing")).toMatchObject({ name: "Anna", active: true });
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("agents", () => {
  it("see each other, and whom a colleague talks with", async () => {
    const ben = await agent("ben", { show: "away" });
    const { john, anna, session } = await talk();
    const answer = await ben.request("get", SUPPORT, buildAgentRosterRequest());
    expect(answer && parseAgentRoster(answer)).toEqual([{ jid: "anna@localhost", name: "Anna" }]);
    // Ben is told of Anna's client in its own name, whatever else he is told before.
    const told = (what: string, from = 0) =>
      ben.inbox.first(
        `Anna's status: ${what}`,
        (stanza) => {
          const status = stanza.is("presence") && child(stanza, "agent-status", NS_WORKGROUP);
          if (!status || stanza.attrs.from !== anna.jid) return false;
          const chats = parseColleagueStatus(status).chats.map((chat) => chat.session);
          return (stanza.attrs.type ?? `talks in [${chats}]`) === what;
        },
        from,
      );
    await told(`talks in [${session}]`);
    const before = ben.inbox.all.length;
    john.send({ kind: "end" });
    await told("talks in []", before);
    await anna.signOut(SUPPORT);
    await told("unavailable");
  });
});

describe("an offer", () => {
  it("that is declined goes to the next agent", async () => {
    const [anna, ben] = [await agent("anna"), await agent("ben")];
    const john = await visitor();
    john.join(FORM);
    const first = await Promise.race([
      anna.offer().then((offer) => ({ who: anna, other: ben, offer })),
      ben.offer().then((offer) => ({ who: ben, other: anna, offer })),
    ]);
    await first.who.answer(first.offer, false);
    const second = await first.other.offer();
    expect(second.session).toBe(first.offer.session);
    john.send({ kind: "cancel" });
    await first.other.inbox.first(
      "the revoke",
      (stanza) => stanza.is("iq") && child(stanza, "offer-revoke", NS_WORKGROUP) && stanza,
    );
    await john.phase("idle");
  });

  it("that nobody answers expires and is revoked", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    await anna.offer();
    const revoke = await anna.inbox.first(
      "the revoke",
      (stanza) => stanza.is("iq") && child(stanza, "offer-revoke", NS_WORKGROUP),
    );
    expect(revoke?.getChildText("reason")).toBe("The offer has timed out");
    john.send({ kind: "cancel" });
    await john.phase("idle");
  });

  it("goes to both devices of an agent, and the first answer wins", async () => {
    const phone = await agent("anna");
    const desk = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    const [one, two] = await Promise.all([phone.offer(), desk.offer()]);
    expect(one.session).toBe(two.session);
    await desk.take(two, "Anna");
    await phone.inbox.first(
      "the revoke",
      (stanza) => stanza.is("iq") && child(stanza, "offer-revoke", NS_WORKGROUP) && stanza,
    );
    await expect(phone.answer(one, true)).rejects.toMatchObject({ condition: "not-acceptable" });
    await john.phase("talking");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("somebody who vanishes", () => {
  it("agent: the visitor is told, keeps the room, and the next agent sees the conversation", async () => {
    const { john, anna, room, session } = await talk();
    john.say("before the loss");
    await anna.hear(room, "before the loss");
    const ben = await agent("ben");
    anna.vanish();
    const offer = await ben.offer();
    expect(offer.session).toBe(session);
    await john.phase("waiting");
    await ben.take(offer, "Ben");
    await john.inbox.until(
      "Ben to be there",
      () => (john.state?.phase === "talking" && john.state.agents.includes("Ben")) || undefined,
    );
    await ben.say(room, "I have read it all");
    await john.line("I have read it all");
    john.send({ kind: "end" });
    await john.phase("ended");
  });

  it("visitor while offered: the offer is revoked after the grace", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    await anna.offer();
    john.vanish();
    await anna.inbox.first(
      "the revoke",
      (stanza) => stanza.is("iq") && child(stanza, "offer-revoke", NS_WORKGROUP) && stanza,
    );
  });

  it("visitor in a talk: the agent sees it, and the same conversation stands when the visitor returns in time", async () => {
    const { john, anna, room } = await talk();
    john.say("one");
    await anna.hear(room, "one");
    john.vanish();
    const back = await visitor({ token: john.token ?? "" });
    await back.phase("talking");
    await back.line("one");
    await anna.say(room, "still here");
    await back.line("still here");
    back.send({ kind: "end" });
    await back.phase("ended");
  });
});
