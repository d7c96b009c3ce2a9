/** What agents and administrators read and write beside chats, on a whole stack: nothing here is made up but the people. */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { buildCommand, parseCommandReply } from "../../protocol/ad-hoc.ts";
import { buildAnswers } from "../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../protocol/disco.ts";
import { bareJid } from "../../protocol/jid.ts";
import { buildJoin } from "../../protocol/muc.ts";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import {
  buildAgentInfoRequest,
  buildAgentRosterRequest,
  parseAgentInfo,
  parseAgentRoster,
} from "../../protocol/workgroup/agent.ts";
import {
  buildAgentHistoryRequest,
  buildChatMetadataRequest,
  parseAgentHistory,
  parseChatMetadata,
} from "../../protocol/workgroup/agent-history.ts";
import { buildAgentRename } from "../../protocol/workgroup/extras.ts";
import { buildMacrosRequest, buildMacrosSave, parseMacros } from "../../protocol/workgroup/macros.ts";
import { buildMailRequest } from "../../protocol/workgroup/mail.ts";
import { buildNotesRequest, buildNotesSet, parseNotes } from "../../protocol/workgroup/notes.ts";
import { buildSearch, parseSearchResult } from "../../protocol/workgroup/search.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import { parseChatSettings } from "../../protocol/workgroup/settings.ts";
import { buildTranscriptRequest, parseTranscript } from "../../protocol/workgroup/transcript.ts";
import { attr, type Element, xml } from "../../protocol/xml.ts";
import { startStack } from "../../stack/testing.ts";
import { FORM, SUPPORT, useHouseOf } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { PlainAgent } from "../support/plain-agent.ts";
import { bodyOf, startSmtpServer } from "../support/smtp.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const SERVICE = "workgroup.localhost";
const smtp = await startSmtpServer();
afterAll(() => smtp.stop());

const MORE = `
  agent_grace = 2; visitor_grace = 2;
  canned = { { title = "Greeting", text = "Hello & welcome" }; { group = "Prices", answers = { { title = "List", url = "https://shop.example/" } } } };
  transcript_mail = { from_name = "Shop"; copies = { "archive@shop.example" } };
`;
const house = useHouseOf(() =>
  startStack({
    workgroups: workgroupsLua(MORE),
    agents: ["anna", "ben", "carol"],
    settings: { FOYER_ADMINS: "carol@localhost" },
    env: { component: { SMTP_URL: smtp.url, MAIL_FROM: "chat@shop.example" } },
  }),
);

function read<T>(element: Element | undefined, parse: (el: Element) => T): T {
  if (element === undefined) throw new Error("an empty result");
  return parse(element);
}

it("a chat that has ended is found again: by its words, in its agent's history, with notes, and in two mailboxes", async () => {
  const { john, anna, room, session } = await house.talk();
  john.say("Where is my parcel with the needles?");
  await anna.hear(room, "Where is my parcel with the needles?");
  await anna.say(room, "It is under way.");
  await john.line("It is under way.");
  await anna.request("set", SUPPORT, buildNotesSet({ session, notes: "called back" }));
  await anna.request("set", SUPPORT, buildEndSession(session));
  await john.phase("ended");

  const search = buildSearch({ text: "needle parcel", from: null, to: null, workgroups: [], agent: null });
  const hits = await eventually("the transcript to be found", async () => {
    const found = read(await anna.request("get", SERVICE, search), parseSearchResult);
    return found.length > 0 && found;
  });
  expect(hits).toMatchObject([
    { session, workgroup: SUPPORT, agents: ["anna@localhost"], username: FORM.username, question: FORM.question },
  ]);

  const history = buildAgentHistoryRequest({ agent: "anna@localhost", most: 10, since: 0 });
  expect(read(await anna.request("get", SUPPORT, history), parseAgentHistory)).toMatchObject([
    { session, visitor: FORM.username, email: FORM.email, question: FORM.question },
  ]);
  const metadata = read(await anna.request("get", SUPPORT, buildChatMetadataRequest(session)), parseChatMetadata);
  expect(metadata.metadata).toMatchObject({ username: [FORM.username], email: [FORM.email] });
  expect(read(await anna.request("get", SUPPORT, buildNotesRequest(session)), parseNotes).text).toBe("called back");
  const transcript = read(await anna.request("get", SUPPORT, buildTranscriptRequest(session)), parseTranscript);
  const texts = transcript.flatMap((one) => (one.kind === "line" ? one.text : []));
  expect(texts).toEqual(expect.arrayContaining(["Where is my parcel with the needles?", "It is under way."]));

  await anna.request(
    "set",
    SUPPORT,
    buildMailRequest({ from: "x", to: "john@example.org", subject: "x", message: "x", html: true, session }),
  );
  await eventually("both mails", async () => smtp.received.length === 2);
  expect(smtp.received.map(({ from, to }) => [from, ...to]).toSorted()).toEqual([
    ["chat@shop.example", "archive@shop.example"],
    ["chat@shop.example", "john@example.org"],
  ]);
  for (const mail of smtp.received) expect(bodyOf(mail)).toContain("Where is my parcel with the needles?");
});

it("canned answers are the administrator's and the agent's own", async () => {
  const anna = await house.agent("anna");
  const shared = read(await anna.request("get", SUPPORT, buildMacrosRequest({ personal: false })), parseMacros);
  expect(shared).toEqual({
    title: "Support",
    macros: [{ title: "Greeting", description: "", response: "Hello & welcome", kind: "text" }],
    groups: [
      {
        title: "Prices",
        macros: [{ title: "List", description: "", response: "https://shop.example/", kind: "url" }],
        groups: [],
      },
    ],
  });
  const own = { ...shared, title: "Mine" };
  await anna.request("set", SUPPORT, buildMacrosSave(own));
  expect(read(await anna.request("get", SUPPORT, buildMacrosRequest({ personal: true })), parseMacros)).toEqual(own);
});

it("a name that an agent chose is what colleagues read, also after the service was started anew", async () => {
  const ben = await house.agent("ben");
  const anna = await house.agent("anna");
  await anna.request("set", SUPPORT, buildAgentRename({ name: "Anna Z." }));
  expect(read(await anna.request("get", SUPPORT, buildAgentInfoRequest()), parseAgentInfo).name).toBe("Anna Z.");
  const names = async () => {
    const roster = read(await ben.request("get", SUPPORT, buildAgentRosterRequest()), parseAgentRoster);
    return roster.find(({ jid }) => jid === bareJid(anna.jid))?.name;
  };
  expect(await names()).toBe("Anna Z.");
  await house.stack.component.restart();
  await eventually("the service to know Ben again", () => names().catch(() => undefined));
  expect(await names()).toBe("Anna Z.");
});

it("an administrator makes a workgroup by command, and takes it away again", async () => {
  const anna = await house.agent("anna");
  // She administers the server, and is no agent.
  const carol = await PlainAgent.connect({
    service: house.stack.c2sService,
    domain: "localhost",
    username: "carol",
    password: house.stack.agents.carol?.password ?? "",
  });
  onTestFinished(() => carol.stop());
  const order = async (by: typeof anna, name: string, fields: Record<string, string[]>) => {
    const node = `http://jabber.org/protocol/admin#${name}`;
    const form = buildAnswers(fields, "http://jabber.org/protocol/admin");
    const answer = await by.request("set", SERVICE, buildCommand({ node, action: "complete", form }));
    return read(answer, parseCommandReply).note?.type;
  };
  const workgroups = async () =>
    read(await anna.request("get", SERVICE, buildItemsRequest()), parseItems).map(({ jid }) => jid);
  const billing = `billing@${SERVICE}`;
  await expect(order(anna, "add-workgroup", { name: ["billing"] })).rejects.toMatchObject({ condition: "forbidden" });
  expect(await order(carol, "add-workgroup", { name: ["billing"], members: ["anna"] })).toBe("info");
  expect(await workgroups()).toContain(billing);
  await anna.signIn(billing);
  // The administrator's file is read again, and what was commanded stands.
  expect((await house.stack.reloadWorkgroups(workgroupsLua(MORE))).at(-1)).toMatch(/^2 taken over/);
  expect(await workgroups()).toContain(billing);
  expect(await order(carol, "delete-workgroup", { workgroup: [SUPPORT] })).toBe("error");
  expect(await order(carol, "delete-workgroup", { workgroup: [billing] })).toBe("info");
  expect(await workgroups()).not.toContain(billing);
});

it("pictures and sounds are files beside the configuration", async () => {
  const folder = dirname(house.stack.prosody.workgroupsFile);
  await writeFile(join(folder, "logo.png"), "LOGO", { mode: 0o644 });
  const said = await house.stack.reloadWorkgroups(workgroupsLua(`${MORE} images = { logo = "logo.png" };`));
  expect(said.at(-1)).toMatch(/^2 taken over/);
  const anna = await house.agent("anna");
  const asked = xml("chat-settings", { xmlns: "http://jivesoftware.com/protocol/workgroup", type: 0 });
  expect({ ...read(await anna.request("get", SUPPORT, asked), parseChatSettings) }).toEqual({ logo: "TE9HTw==" });
  const wrong = await house.stack.reloadWorkgroups(
    workgroupsLua(`${MORE} images = { logo = "nothing.png", main = 7 };`),
  );
  expect(wrong.join("\n")).toMatch(/workgroups\.support\.images\.logo: cannot be read: .*nothing\.png/);
  expect(wrong.join("\n")).toContain("workgroups.support.images.main: must be the name of a file");
});

it("T-01: clients that ask the server find the service, and its workgroups", async () => {
  const anna = await house.agent("anna");
  const items = async (of: string) =>
    read(await anna.request("get", of, buildItemsRequest()), parseItems).map(({ jid }) => jid);
  expect(await items("localhost")).toContain(SERVICE);
  expect(await items(SERVICE)).toEqual([`sales@${SERVICE}`, SUPPORT]);
  const { identities, features } = read(await anna.request("get", SERVICE, buildInfoRequest()), parseInfo);
  expect(identities).toMatchObject([{ category: "collaboration", type: "workgroup" }]);
  // While there is a server for e-mail.
  expect(features).toContain("jive:email:provider");
});

it("the agents' own room is there, and is theirs alone", async () => {
  const room = "workgroup-support@conference.localhost";
  const [anna, ben] = [await house.agent("anna"), await house.agent("ben")];
  await anna.enter(room, "Anna");
  await ben.enter(room, "Ben");
  await ben.say(room, "Who takes lunch first?");
  await anna.hear(room, "Who takes lunch first?");
  // Ben is no agent of this workgroup.
  await ben.send(buildJoin({ room: "workgroup-sales@conference.localhost", nick: "Ben" }));
  const refused = await ben.inbox.first(
    "the room of others to refuse",
    (stanza) => attr(stanza, "type") === "error" && attr(stanza, "from")?.startsWith("workgroup-sales@") && stanza,
  );
  expect(parseStanzaError(refused).condition).toBe("registration-required");
});
