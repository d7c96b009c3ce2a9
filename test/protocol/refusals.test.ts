import { describe, expect, it } from "vitest";
import { buildAnswers, parseAnswers, parseForm } from "../../protocol/data-form.ts";
import { NS_DATA_FORM, NS_JIVE, NS_MESSAGES, NS_SESSION, NS_VISIT, NS_WORKGROUP } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import * as agent from "../../protocol/workgroup/agent.ts";
import { parseJoinQueue, parseQueueStatus } from "../../protocol/workgroup/join.ts";
import * as messages from "../../protocol/workgroup/messages.ts";
import { parseMetadata } from "../../protocol/workgroup/metadata.ts";
import * as offers from "../../protocol/workgroup/offer.ts";
import * as queue from "../../protocol/workgroup/queue.ts";
import * as session from "../../protocol/workgroup/session.ts";
import * as settings from "../../protocol/workgroup/settings.ts";
import * as transcript from "../../protocol/workgroup/transcript.ts";
import * as visit from "../../protocol/workgroup/visit.ts";
import type { Element } from "../../protocol/xml.ts";
import { parseXml } from "../support/xml.ts";

const SESSION = `<session xmlns='${NS_JIVE}' id='k3x9qa41' workgroup='support@workgroup.example.org'/>`;

describe("a payload without what it needs is refused", () => {
  it.each<[payload: string, read: (element: Element) => unknown, condition: string]>([
    [`<offer-accept xmlns='${NS_WORKGROUP}'/>`, offers.parseOfferAnswer, "bad-request"],
    [`<offer-reject xmlns='${NS_WORKGROUP}' id=''/>`, offers.parseOfferAnswer, "bad-request"],
    [`<offer-accept xmlns='${NS_WORKGROUP}' jid='@example.org'/>`, offers.parseOfferAnswer, "jid-malformed"],
    [`<offer xmlns='${NS_WORKGROUP}' id='x' jid='a@b'/>`, offers.parseOffer, "bad-request"],
    [`<offer xmlns='${NS_WORKGROUP}' id='x'>${SESSION}</offer>`, offers.parseOffer, "jid-malformed"],
    [`<offer xmlns='${NS_WORKGROUP}' id='x' jid='a b@c'>${SESSION}</offer>`, offers.parseOffer, "jid-malformed"],
    [`<offer-revoke xmlns='${NS_WORKGROUP}'/>`, offers.parseOfferRevoke, "bad-request"],
    [
      `<agent-status xmlns='${NS_WORKGROUP}'><max-chats>many</max-chats></agent-status>`,
      agent.parseAgentStatus,
      "bad-request",
    ],
    [
      `<agent-status xmlns='${NS_WORKGROUP}'><max-chats>-1</max-chats></agent-status>`,
      agent.parseAgentStatus,
      "bad-request",
    ],
    [
      `<agent-status xmlns='${NS_WORKGROUP}'><max-chats>99999</max-chats></agent-status>`,
      agent.parseAgentStatus,
      "bad-request",
    ],
    [`<agent-status xmlns='${NS_WORKGROUP}'/>`, agent.parseColleagueStatus, "jid-malformed"],
    [
      `<agent-status-request xmlns='${NS_WORKGROUP}'><agent jid='@'/></agent-status-request>`,
      agent.parseAgentRoster,
      "jid-malformed",
    ],
    [
      `<workgroups xmlns='${NS_WORKGROUP}'><workgroup jid='a@@b'/></workgroups>`,
      agent.parseWorkgroups,
      "jid-malformed",
    ],
    [`<transcripts xmlns='${NS_WORKGROUP}'/>`, transcript.parseTranscriptsRequest, "bad-request"],
    [`<transcripts xmlns='${NS_WORKGROUP}' userID='dana'/>`, transcript.parseTranscriptsRequest, "jid-malformed"],
    [`<transcript xmlns='${NS_WORKGROUP}'/>`, transcript.parseTranscriptRequest, "bad-request"],
    [`<end xmlns='${NS_SESSION}'/>`, session.parseEndSession, "bad-request"],
    [`<history xmlns='${NS_VISIT}' after='x'/>`, visit.parseHistoryRequest, "bad-request"],
    [`<visit xmlns='${NS_VISIT}'/>`, visit.parseVisit, "bad-request"],
    [`<visit xmlns='${NS_VISIT}' phase='waiting' session='x'/>`, visit.parseVisit, "bad-request"],
    [`<visit xmlns='${NS_VISIT}' phase='talking' session='x' at='yesterday'/>`, visit.parseVisit, "bad-request"],
    [
      `<visit xmlns='${NS_VISIT}' phase='dreaming' session='x' at='2026-01-05T10:00:00Z'/>`,
      visit.parseVisit,
      "bad-request",
    ],
    [`<leave xmlns='${NS_MESSAGES}'><text>Hi</text></leave>`, messages.parseLeaveMessage, "bad-request"],
    [`<handled xmlns='${NS_MESSAGES}'/>`, messages.parseMessageHandled, "bad-request"],
    ["<configuration xmlns='urn:foyer:configuration:0'/>", settings.parseConfiguration, "bad-request"],
    [
      "<configuration xmlns='urn:foyer:configuration:0'><json xmlns='urn:xmpp:json:0'>{</json></configuration>",
      settings.parseConfiguration,
      "bad-request",
    ],
    [
      "<configuration xmlns='urn:foyer:configuration:0'><json xmlns='other'>{}</json></configuration>",
      settings.parseConfiguration,
      "bad-request",
    ],
    [`<x xmlns='${NS_DATA_FORM}' type='form'><field type='text-single'/></x>`, parseForm, "bad-request"],
    [`<x xmlns='${NS_DATA_FORM}' type='form'><field var='a' type='picture'/></x>`, parseForm, "bad-request"],
  ])("%s", (payload, read, condition) => {
    const refuse = () => read(parseXml(payload));
    expect(refuse).toThrow(StanzaError);
    expect(refuse).toThrow(expect.objectContaining({ type: "modify", condition }));
  });
});

describe("what cannot be understood is passed over", () => {
  it.each<[payload: string, read: (element: Element) => unknown, value: unknown]>([
    [
      `<queue-status xmlns='${NS_WORKGROUP}'><time>soon</time><position>-1</position></queue-status>`,
      parseQueueStatus,
      { waitS: null, position: null, session: null },
    ],
    [
      `<notify-queue xmlns='${NS_WORKGROUP}'><count>x</count><oldest>2026-01-05</oldest><status>ready</status></notify-queue>`,
      queue.parseNotifyQueue,
      { count: 0, oldestAt: null, averageWaitS: 0, status: "closed" },
    ],
    [
      `<notify-queue-details xmlns='${NS_WORKGROUP}'><user/><user jid='a@b'/></notify-queue-details>`,
      queue.parseNotifyQueueDetails,
      [],
    ],
    ["<waiting xmlns='urn:foyer:queue:0'><request name='Dana'/></waiting>", queue.parseWaiting, []],
    [
      `<transcripts xmlns='${NS_JIVE}'><transcript sessionID='x'><joinTime>20260105T10:00:00</joinTime></transcript></transcripts>`,
      transcript.parseTranscripts,
      [],
    ],
    [
      `<transcript xmlns='${NS_JIVE}'><message xmlns='jabber:client' from='room@c'><body>no delay, no nick</body></message></transcript>`,
      transcript.parseTranscript,
      [],
    ],
    [`<history xmlns='${NS_VISIT}'><line>no id</line></history>`, visit.parseHistory, { lines: [], complete: false }],
    [`<sessions xmlns='${NS_SESSION}'><session id='x'/></sessions>`, session.parseSessions, []],
    [`<messages xmlns='${NS_MESSAGES}'><message id='1'/></messages>`, messages.parseMessages, []],
    [
      `<join-queue xmlns='${NS_WORKGROUP}'><x xmlns='other'/></join-queue>`,
      parseJoinQueue,
      { userId: null, metadata: {}, answers: {} },
    ],
    [`<x xmlns='${NS_DATA_FORM}' type='submit'><field><value>whose?</value></field></x>`, parseAnswers, {}],
    [`<metadata xmlns='${NS_JIVE}'><value>whose?</value><other name='a'>b</other></metadata>`, parseMetadata, {}],
    ["<message><service xmlns='urn:foyer:session:0' kind='dance'/></message>", session.parseServiceLine, undefined],
    ["<message><service xmlns='other' kind='question'/></message>", session.parseServiceLine, undefined],
  ])("in %s", (payload, read, value) => {
    expect(read(parseXml(payload))).toEqual(value);
  });
});

describe("names that every object has by nature are names like any other", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];

  it("in a form's answers, there and back", () => {
    const fields = names.map((name) => `<field var='${name}'><value>x</value></field>`).join("");
    const answers = parseAnswers(parseXml(`<x xmlns='${NS_DATA_FORM}' type='submit'>${fields}</x>`));
    expect(Object.entries(answers)).toEqual(names.map((name) => [name, ["x"]]));
    expect(Object.keys(parseAnswers(buildAnswers(answers)))).toEqual(names);
  });

  it("in metadata", () => {
    const values = names.map((name) => `<value name='${name}'>x</value>`).join("");
    const metadata = parseMetadata(parseXml(`<metadata xmlns='${NS_JIVE}'>${values}</metadata>`));
    expect(Object.entries(metadata)).toEqual(names.map((name) => [name, ["x"]]));
  });

  it("in texts", () => {
    const items = names.map((name) => `<chat-setting><key>${name}</key><value>x</value></chat-setting>`).join("");
    const texts = settings.parseChatSettings(parseXml(`<chat-settings xmlns='${NS_JIVE}'>${items}</chat-settings>`));
    expect(Object.entries(texts)).toEqual(names.map((name) => [name, "x"]));
  });
});

it("a status that is none of ours counts as closed", () => {
  const info = (status: string) =>
    `<query xmlns='http://jabber.org/protocol/disco#info'><x xmlns='${NS_DATA_FORM}' type='result'><field var='FORM_TYPE'><value>http://jabber.org/protocol/workgroup#workgroupinfo</value></field><field var='workgroup#online'><value>${status}</value></field><field var='{urn:foyer:queue:0}wait'><value>-5</value></field></x></query>`;
  expect(settings.parseWorkgroupInfo(parseXml(info("open")))).toEqual({
    description: "",
    status: "CLOSED",
    waitS: null,
    origins: [],
  });
  expect(settings.parseWorkgroupInfo(parseXml("<query xmlns='http://jabber.org/protocol/disco#info'/>")).status).toBe(
    "CLOSED",
  );
});
