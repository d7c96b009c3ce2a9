/**
 * An agent's day in profanity: the workgroup becomes a contact, two visitors at once, canned answers, a note, a chat handed
 * over to a colleague, an end, what was said. The screens are given as they were.
 */
import { buildJoin } from "../../../protocol/muc.ts";
import { NS_CONFERENCE } from "../../../protocol/ns.ts";
import { attr, child } from "../../../protocol/xml.ts";
import type { TestStack } from "../../../stack/testing.ts";
import { PlainAgent } from "../../support/plain-agent.ts";
import { VisitorSocket } from "../../support/visitor-socket.ts";
import { Profanity } from "./profanity.ts";

const SUPPORT = "support@workgroup.localhost";

export const DAY_WORKGROUPS = `
workgroups = {
  support = {
    name = "Support";
    agents = { ["anna@localhost"] = { name = "Anna" }; ["ben@localhost"] = { name = "Ben" } };
    offer_timeout = 60; request_timeout = 600;
    canned = {
      { title = "Greeting"; text = "Hello, how can I help?" };
      { group = "Router"; answers = { { title = "Reset"; text = "Please press the reset button for ten seconds." } } };
    };
  };
}
`;

export type Screen = { name: string; text: string };

/** Plays the day. `did` is told of each thing that was done; what fails throws. */
export async function playDay(stack: TestStack, folder: string, did: (what: string) => void): Promise<Screen[]> {
  const screens: Screen[] = [];
  const account = stack.agents.anna ?? { jid: "", password: "" };
  const anna = await Profanity.signIn({ ...account, port: stack.settings.ports.c2s }, folder);
  const leave: (() => Promise<void> | void)[] = [() => anna.stop()];
  const keep = (name: string): void => void screens.push({ name, text: anna.screen() });

  async function visitor(username: string, question: string): Promise<VisitorSocket> {
    const one = await VisitorSocket.connect(stack.url, "support");
    leave.push(() => one.close());
    one.join({ username, email: `${username.toLowerCase()}@example.org`, question });
    return one;
  }

  /**
   * Follows the invitation; the room's address, as the list of chats has it. `word` asks for the list: another one each time,
   * or the answer before could be taken for this one.
   */
  async function enter(name: string, word: string): Promise<string> {
    const screen = await anna.ask(SUPPORT, word, `“end 1”, “note to 1: …”`);
    const list = screen.slice(screen.lastIndexOf(`me: ${word}`)).replace(/\s+/g, " ");
    const room = new RegExp(`\\d ${name} – .*?xmpp: ?([a-z2-7]{20}@conference\\.localhost)`).exec(list)?.[1];
    if (room === undefined) throw new Error(`no room of ${name} in the list`);
    anna.type(`/join ${room} nick Anna`);
    // Words that are in the room's window only: what is typed before goes to the workgroup.
    await anna.sees("You have joined the room as Anna");
    await anna.sees(`Support: ${name} asks:`);
    return room;
  }

  try {
    await anna.sees(`Received authorization request from ${SUPPORT}`);
    anna.type(`/sub allow ${SUPPORT}`);
    await anna.sees("Accepted subscription");
    anna.type(`/sub request ${SUPPORT}`);
    await anna.sees(`${SUPPORT} is online`);
    keep("contact");
    did("the workgroup asked to be a contact, was allowed, and is online");
    anna.type(`/msg ${SUPPORT} help`);
    await anna.sees("help – this list");
    keep("help");
    did("help is said");
    anna.type(`/cmd exec urn:foyer:command:max ${SUPPORT}`);
    await anna.sees("How many chats at once? (required)");
    keep("form");
    anna.type("/field1 3");
    anna.type("/form submit");
    await anna.goTo(SUPPORT);
    await anna.sees("You take up to 3 chats of Support at once (now 0).");
    did("an ad-hoc command is carried out by its form");

    const john = await visitor("John", "My router is offline");
    await anna.sees("John asks: My router is offline");
    await anna.sees("Will you take it?");
    keep("offer");
    await anna.ask(SUPPORT, "yes", "You have taken John’s chat.");
    const johns = await enter("John", "chats");
    await john.phase("talking");
    anna.type("Hello John, let me look.");
    await john.line("Hello John, let me look.");
    john.say("Thanks!");
    await anna.sees("John: Thanks!");
    keep("first-room");
    did("an offer is taken by yes, and both talk");

    const bea = await visitor("Bea", "Where is my invoice?");
    await anna.goTo(SUPPORT);
    await anna.sees("Bea asks: Where is my invoice?");
    await anna.ask(SUPPORT, "1", "You have taken Bea’s chat.");
    const beas = await enter("Bea", "CHATS");
    await bea.phase("talking");
    did("a second one is taken by 1: two chats at once");

    await anna.ask(SUPPORT, "canned router", "2 Reset");
    await anna.ask(SUPPORT, "canned 2", "Which chat?");
    await anna.ask(SUPPORT, "john", "Said to John: Reset");
    const canned = await john.line("Please press the reset button for ten seconds.");
    if (canned.from.kind !== "agent" || canned.from.name !== "Anna") throw new Error("it is not Anna who said it");
    keep("canned");
    did("a canned answer is asked for, goes to the chat that was named, and is Anna's for the visitor");
    await anna.ask(SUPPORT, "note to bea: invoice of May, customer 4411", "Noted on Bea’s chat.");
    did("a note is kept");

    const ben = await colleague(stack);
    leave.push(() => ben.stop());
    await anna.ask(SUPPORT, "transfer bea to ben: knows the invoices", "Ben is being asked");
    const room = await invitation(ben);
    if (room !== beas) throw new Error(`Ben was invited to ${room}, not to ${beas}`);
    await ben.send(buildJoin({ room, nick: "Ben" }));
    await anna.sees("Ben has taken Bea’s chat over.");
    keep("transfer");
    await ben.say(room, "I am Ben, hello.");
    await bea.line("I am Ben, hello.");
    did("a chat is handed over to a colleague, who goes on with it");

    await anna.ask(SUPPORT, "end", "End the chat with John?");
    await anna.ask(SUPPORT, "yes", "The chat with John is over.");
    await john.phase("ended");
    await anna.ask(SUPPORT, "history", "Your last chats:");
    await anna.ask(SUPPORT, "transcript 1", "Anna: Please press the reset button");
    keep("end");
    did("the other chat is ended, and what was said can be read");
    await anna.ask(SUPPORT, "away", "You take no new chats of Support.");
    if (johns === beas) throw new Error("two chats had one room");
    bea.send({ kind: "end" });
    await bea.phase("ended");
    return screens;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${anna.screen()}`, { cause: error });
  } finally {
    for (const one of leave.toReversed()) await one();
  }
}

/** Ben, with another ordinary client. */
async function colleague({ c2sService: service, agents }: TestStack): Promise<PlainAgent> {
  const { password = "" } = agents.ben ?? {};
  const ben = await PlainAgent.connect({ service, domain: "localhost", username: "ben", password });
  await ben.befriend(SUPPORT);
  return ben;
}

const invitation = ({ inbox }: PlainAgent): Promise<string> =>
  inbox.first("an invitation", (stanza) => {
    const x = stanza.is("message") ? child(stanza, "x", NS_CONFERENCE) : undefined;
    return x && attr(x, "jid");
  });
