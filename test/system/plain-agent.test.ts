/** Agents with nothing but an XMPP client, on real parts: a contact, messages, rooms. */
import { describe, expect, it } from "vitest";
import { buildCommand, parseCommandReply } from "../../protocol/ad-hoc.ts";
import { buildItemsRequest, parseItems } from "../../protocol/disco.ts";
import { NS_CARBONS, NS_COMMANDS, NS_CONFERENCE } from "../../protocol/ns.ts";
import { attr, child, xml } from "../../protocol/xml.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { PlainAgent } from "../support/plain-agent.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua(
    'offer_timeout = 20; agent_grace = 2; visitor_grace = 2; max_chats = 4; canned = { { title = "Greeting"; text = "Hello, how can I help?" } };',
  ),
  env: { webchat: { VISITOR_GRACE_S: "2" } },
});

const agents = new Set<PlainAgent>();

/** Signs in with an ordinary client, which its server tells the workgroup. */
async function client(name: string, resource: string): Promise<PlainAgent> {
  const { password = "" } = house.stack.agents[name] ?? {};
  const of = { service: house.stack.c2sService, domain: "localhost", username: name, password, resource };
  const agent = await PlainAgent.connect(of);
  agents.add(agent);
  await agent
    .request("set", agent.jid.replace(/\/.*/, ""), xml("enable", { xmlns: NS_CARBONS }))
    .catch(() => undefined);
  return agent;
}

async function leaveAll(): Promise<void> {
  for (const agent of agents) await agent.stop();
  agents.clear();
}

/** The workgroup's messages that a client got, copies of others among them. */
const countOf = ({ inbox }: PlainAgent, words: string): number =>
  inbox.all.filter((stanza) => stanza.is("message") && String(stanza).includes(words)).length;

/** The room that a direct invitation names (XEP-0249). */
const invitedTo = ({ inbox }: PlainAgent, from = 0): Promise<string> =>
  inbox.first(
    "a direct invitation",
    (stanza) => {
      const x = stanza.is("message") ? child(stanza, "x", NS_CONFERENCE) : undefined;
      return x && attr(x, "jid");
    },
    from,
  );

describe("an agent with an ordinary client", () => {
  it("accepts the workgroup as a contact, and that is all: offered, in a room, and heard in the own name", async () => {
    const anna = await client("anna", "desk");
    await anna.befriend(SUPPORT);
    const john = await house.visitor();
    john.join(FORM);
    const offer = await anna.read(SUPPORT, "New chat in Support");
    expect(offer).toContain("John asks: My router is offline");
    expect(offer).toContain("Email address: john@example.org\nPage: http://shop.example/router\n");
    await anna.ask(SUPPORT, "yes", "You have taken John’s chat.");
    const room = await invitedTo(anna);
    await anna.enter(room, "Anna");
    await john.phase("talking");
    await anna.say(room, "Hello John");
    expect(await john.line("Hello John")).toMatchObject({ from: { kind: "agent", name: "Anna" } });

    const own = await anna.ask(SUPPORT, "chats", "Your open chats: 1");
    expect(own).toContain(`xmpp:${room}?join`);
    await anna.ask(SUPPORT, "canned 1", "Said to John: Greeting");
    // The canned answer is the agent's line: for the visitor now, and in what is kept.
    expect(await john.line("Hello, how can I help?")).toMatchObject({ from: { kind: "agent", name: "Anna" } });
    expect(await anna.hear(room, "Anna: Hello, how can I help?")).toBe("Support");
    await anna.ask(SUPPORT, "note has the old router", "Noted on John’s chat.");
    await anna.ask(SUPPORT, "end", "End the chat with John?");
    await anna.ask(SUPPORT, "yes", "The chat with John is over.");
    await john.phase("ended");
    const session = room.replace(/@.*/, "");
    const { rows } = await house.db.query(
      "SELECT kind, speaker_kind, nick, body FROM transcript_lines WHERE session_id = $1 AND kind IN ('line', 'service') ORDER BY id",
      [session],
    );
    expect(rows).toEqual([
      { kind: "service", speaker_kind: "visitor", nick: "John", body: "My router is offline" },
      { kind: "line", speaker_kind: "agent", nick: "Anna", body: "Hello John" },
      { kind: "line", speaker_kind: "agent", nick: "Anna", body: "Hello, how can I help?" },
    ]);
    expect(await anna.ask(SUPPORT, "history", "Your last chats:")).toContain("John: My router is offline");
    expect(await anna.ask(SUPPORT, "transcript 1", "Hello John")).toContain("Anna: Hello, how can I help?");
    await leaveAll();
  });

  it("has two devices: both are asked, the first answer wins, the other reads so, and copies double nothing", async () => {
    const desk = await client("anna", "desk");
    const phone = await client("anna", "phone");
    // What was granted once holds: presence alone is being on duty.
    await eventually("both to be on duty", async () =>
      (await desk.ask(SUPPORT, "queue", "You take")).includes("You take new"),
    );
    await phone.ask(SUPPORT, "queue", "You take new");
    const john = await house.visitor();
    john.join(FORM);
    await Promise.all([desk, phone].map((one) => one.read(SUPPORT, "New chat in Support")));
    const before = phone.inbox.all.length;
    await desk.ask(SUPPORT, "yes", "You have taken John’s chat.");
    await phone.read(SUPPORT, "You took John’s chat on another device.", before);
    await desk.enter(await invitedTo(desk), "Anna");
    await john.phase("talking");
    expect([desk, phone].map((one) => countOf(one, "New chat in Support"))).toEqual([1, 1]);
    // Answered on the desk, invited on the desk.
    expect(phone.inbox.all.some((stanza) => child(stanza, "x", NS_CONFERENCE))).toBe(false);
    john.send({ kind: "end" });
    await john.phase("ended");
    await leaveAll();
  });

  it("says yes to an offer that stood when the service was killed", async () => {
    const anna = await client("anna", "desk");
    await anna.ask(SUPPORT, "queue", "You take new");
    const john = await house.visitor();
    john.join(FORM);
    await anna.read(SUPPORT, "New chat in Support");
    await house.stack.component.kill();
    await house.stack.component.start();
    const before = anna.inbox.all.length;
    await eventually("the yes to be heard", async () => {
      await anna.write(SUPPORT, "yes");
      return anna.inbox.all.slice(before).some((stanza) => String(stanza).includes("You have taken John"));
    });
    await anna.enter(await invitedTo(anna, before), "Anna");
    await john.phase("talking");
    john.send({ kind: "end" });
    await john.phase("ended");
    await leaveAll();
  });

  it("takes a chat by an ad-hoc command, which is listed while there is something to take", async () => {
    const anna = await client("anna", "desk");
    await anna.ask(SUPPORT, "queue", "You take new");
    const query = (): ReturnType<typeof xml> => xml("query", { ...buildItemsRequest().attrs, node: NS_COMMANDS });
    const listed = async (): Promise<(string | undefined)[]> => {
      const items = await anna.request("get", SUPPORT, query());
      return items ? parseItems(items).map(({ node }) => node) : [];
    };
    expect(await listed()).not.toContain("urn:foyer:command:accept");
    const john = await house.visitor();
    john.join(FORM);
    await anna.read(SUPPORT, "New chat in Support");
    expect(await listed()).toContain("urn:foyer:command:accept");
    const done = await anna.request("set", SUPPORT, buildCommand({ node: "urn:foyer:command:accept" }));
    expect(done && parseCommandReply(done)).toMatchObject({ status: "completed" });
    await anna.enter(await invitedTo(anna), "Anna");
    await john.phase("talking");
    await anna.say(await invitedTo(anna), "Good bye");
    await john.line("Good bye");
    john.send({ kind: "end" });
    await john.phase("ended");
    await leaveAll();
  });
});
