/** An agent and a visitor who have their accounts on another server: a whole chat between them, and a colleague here. */
import { bareJid } from "../../../protocol/jid.ts";
import { NS_JIVE, NS_MUC, NS_MUC_USER, NS_WORKGROUP } from "../../../protocol/ns.ts";
import { buildDepartQueue, buildJoinQueue } from "../../../protocol/workgroup/join.ts";
import { attr, child, type Element, xml } from "../../../protocol/xml.ts";
import type { PlainAgent } from "../../support/plain-agent.ts";
import { type Checks, must } from "../checks.ts";

const SUPPORT = "support@workgroup.a.test";
const QUESTION = "Do you deliver to other planets?";

export async function playTalk(
  checks: Checks,
  { anna, bob, vera }: { anna: PlainAgent; bob: PlainAgent; vera: PlainAgent },
): Promise<void> {
  let room = "";
  await checks.need("an agent of another server goes on duty", () => bob.signIn(SUPPORT));
  await checks.need("a visitor of another server sees that the workgroup is open", async () => {
    await vera.send(xml("presence", { to: SUPPORT }));
    const presence = await vera.inbox.first("the workgroup's presence", isFrom(SUPPORT, "presence"));
    must(attr(presence, "type") === undefined, `its type is ${attr(presence, "type")}`);
  });
  await checks.need("and joins the queue", async () => {
    await vera.request("set", SUPPORT, buildJoinQueue({ metadata: {}, answers: { question: [QUESTION] } }));
  });
  await checks.need("the offer crosses, and so does its acceptance", async () => {
    const offer = await bob.offer();
    await bob.answer(offer, true);
    room = await bob.invitation(offer.session);
    // As clients enter: without a word on how much of what was said they want to hear.
    await bob.send(xml("presence", { to: `${room}/Bob` }, xml("x", { xmlns: NS_MUC })));
    must(offer.visitor === vera.jid, `the visitor is ${offer.visitor}`);
  });
  await checks.need("the visitor is invited, and enters", async () => {
    await vera.inbox.first("the invitation", (stanza) => {
      const invite = child(stanza, "x", NS_MUC_USER)?.getChild("invite");
      return attr(stanza, "from") === room && invite !== undefined && attr(invite, "from") === SUPPORT;
    });
    await vera.enter(room, "Vera");
  });
  await checks.check("they hear one another, and the question is the first line", async () => {
    await bob.inbox.first("the question", (stanza) => {
      const said = attr(stanza, "type") === "groupchat" ? stanza.getChildText("body") : undefined;
      return said?.includes(QUESTION) && stanza;
    });
    await vera.say(room, "Mars, to be precise");
    must((await bob.hear(room, "Mars, to be precise")) === "Vera", "somebody else said it");
    await bob.say(room, "From Monday on");
    must((await vera.hear(room, "From Monday on")) === "Bob", "somebody else said it");
  });
  await checks.check("a colleague here sees who is on duty there, and with whom", async () => {
    await anna.signIn(SUPPORT);
    await anna.request("get", SUPPORT, xml("agent-status-request", { xmlns: NS_WORKGROUP }));
    await anna.inbox.first("the colleague's chat", (stanza) => {
      const status =
        bareJid(attr(stanza, "from") ?? "") === "bob@b.test" && child(stanza, "agent-status", NS_WORKGROUP);
      const chat = status && child(status, "current-chats", NS_JIVE)?.getChild("chat");
      return chat && attr(chat, "userID") === "vera@b.test";
    });
  });
  await checks.check("the agent leaves, the room closes, the transcript is there", async () => {
    await bob.leave(room, "Bob");
    await vera.inbox.first("the room's end", (stanza) => {
      const x = attr(stanza, "from") === `${room}/Vera` && child(stanza, "x", NS_MUC_USER);
      return x && x.getChild("destroy") !== undefined;
    });
    const session = room.split("@")[0];
    const asked = xml("transcript", { xmlns: NS_WORKGROUP, sessionID: session });
    const transcript = await bob.request("get", SUPPORT, asked);
    must(String(transcript).includes("From Monday on"), `it is ${transcript}`);
  });
  await checks.check("a visitor there leaves the queue again", async () => {
    const before = vera.inbox.all.length;
    await vera.request("set", SUPPORT, buildJoinQueue({ metadata: {}, answers: { question: ["One more thing"] } }));
    await vera.request("set", SUPPORT, buildDepartQueue());
    await vera.inbox.first(
      "the word of it",
      (stanza) => child(stanza, "depart-queue", NS_WORKGROUP) !== undefined,
      before,
    );
  });
}

const isFrom =
  (from: string, name: string) =>
  (stanza: Element): Element | false =>
    stanza.is(name) && attr(stanza, "from") === from && stanza;
