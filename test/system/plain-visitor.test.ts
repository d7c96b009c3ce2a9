/** A visitor with an account and an ordinary XMPP client, on a real server: xmpp:support@workgroup.localhost?message. */
import { describe, expect, it } from "vitest";
import { NS_MUC, NS_MUC_USER } from "../../protocol/ns.ts";
import { attr, child, xml } from "../../protocol/xml.ts";
import { SUPPORT, useHouse } from "../support/house.ts";
import { PlainAgent } from "../support/plain-agent.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  agents: ["anna", "ben", "carol"],
  workgroups: workgroupsLua(`
    offer_timeout = 5; agent_grace = 2; visitor_grace = 2;
    form = { fields = { { name = "username"; label = "Your name"; required = true }; { name = "question"; label = "Question"; required = true } } };
  `),
});

/** Carol, who is nobody's agent, and her client. */
async function carol(resource = "phone") {
  const { password = "" } = house.stack.agents.carol ?? {};
  const one = await PlainAgent.connect({
    service: house.stack.c2sService,
    domain: "localhost",
    username: "carol",
    password,
    resource,
  });
  let from = 0;
  return {
    xmpp: one,
    write: (text: string) =>
      one.send(xml("message", { to: SUPPORT, type: "chat", id: crypto.randomUUID() }, xml("body", {}, text))),
    /** The next thing the workgroup says, which must contain `part`. */
    hears: (part: string) =>
      one.inbox.first(
        `the workgroup to say "${part}"`,
        (stanza) => {
          const said = stanza.is("message") && attr(stanza, "from") === SUPPORT ? stanza.getChildText("body") : null;
          if (!said?.includes(part)) return undefined;
          from = one.inbox.all.indexOf(stanza) + 1;
          return said;
        },
        from,
      ),
  };
}

describe("a visitor with an ordinary client", () => {
  it("writes to the workgroup, answers in turn, is invited, talks in the room, and is told the end", async () => {
    const anna = await house.agent("anna");
    const visitor = await carol();
    await visitor.write("My router is offline");
    await visitor.hears("Your name");
    await visitor.write("Carol");
    await visitor.hears("You are next");

    const offer = await anna.offer();
    expect(offer.metadata).toMatchObject({ username: ["Carol"], question: ["My router is offline"] });
    await visitor.write("It blinks red");
    await visitor.hears("Noted");
    const room = await anna.take(offer, "Anna");
    expect(await visitor.hears("xmpp:")).toContain(`xmpp:${room}?join`);
    // What clients act on: the mediated invitation.
    await visitor.xmpp.inbox.first("the invitation", (stanza) => {
      const invite = child(stanza, "x", NS_MUC_USER)?.getChild("invite");
      return (invite && attr(stanza, "from") === room) || undefined;
    });
    // As clients enter: without a word on how much of what was said they want to hear.
    await visitor.xmpp.send(xml("presence", { to: `${room}/Carol` }, xml("x", { xmlns: NS_MUC })));
    await visitor.xmpp.hear(room, "Carol asks: My router is offline\nIt blinks red");
    await anna.say(room, "Let me look.");
    expect(await visitor.xmpp.hear(room, "Let me look.")).toBe("Anna");

    await visitor.write("hello?");
    expect(await visitor.hears("xmpp:")).toContain(room);
    await visitor.write("cancel");
    await visitor.hears("The chat is over");
    await visitor.xmpp.stop();
    const kept = async () =>
      (await house.db.query("SELECT speaker_kind, nick, body FROM transcript_lines WHERE body <> '' ORDER BY id")).rows;
    await expect.poll(kept, { timeout: 15_000 }).toEqual([
      { speaker_kind: "visitor", nick: "Carol", body: "My router is offline\nIt blinks red" },
      { speaker_kind: "agent", nick: "Anna", body: "Let me look." },
    ]);
  });

  it("leaves the queue by a word, on another of her devices", async () => {
    const anna = await house.agent("anna", { maxChats: 1 });
    const phone = await carol();
    await phone.write("Hello");
    await phone.hears("Your name");
    await phone.write("Carol");
    await phone.hears("You are next");
    await anna.offer();
    const desk = await carol("desk");
    await desk.write("cancel");
    await phone.hears("You have left the queue");
    await phone.xmpp.stop();
    await desk.xmpp.stop();
  });

  it("never learns the agent's address, and is told when nobody is there", async () => {
    const visitor = await carol();
    await visitor.write("Hello");
    await visitor.hears("Nobody is here just now");
    await visitor.write("no");
    await visitor.hears("All right");
    const all = visitor.xmpp.inbox.all.map(String).join("\n");
    expect(all).not.toContain("anna@localhost");
    await visitor.xmpp.stop();
  });
});
