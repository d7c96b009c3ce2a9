/** Golden pairs of what agents and visitors read and write beside their chats. */
import { describe, expect, it } from "vitest";
import * as adHoc from "../../protocol/ad-hoc.ts";
import { buildAnswers, type FormAnswers } from "../../protocol/data-form.ts";
import { buildItems, parseItems } from "../../protocol/disco.ts";
import { isEmailAddress } from "../../protocol/email.ts";
import { buildMembersRequest, parseMembers } from "../../protocol/muc.ts";
import { NS_JIVE } from "../../protocol/ns.ts";
import * as history from "../../protocol/workgroup/agent-history.ts";
import * as chatSettings from "../../protocol/workgroup/chat-settings.ts";
import * as extras from "../../protocol/workgroup/extras.ts";
import * as macros from "../../protocol/workgroup/macros.ts";
import * as mail from "../../protocol/workgroup/mail.ts";
import * as notes from "../../protocol/workgroup/notes.ts";
import * as search from "../../protocol/workgroup/search.ts";
import type { Element } from "../../protocol/xml.ts";
import { golden, parseXml, shape } from "../support/xml.ts";

describe("what is read from the golden pair", () => {
  it.each<[name: string, read: (element: Element) => unknown]>([
    ["notes-request", notes.parseNotesRequest],
    ["notes-set", notes.parseNotesSet],
    ["notes", notes.parseNotes],
    ["macros-request", macros.parseMacrosRequest],
    ["macros-request-personal", macros.parseMacrosRequest],
    ["macros", macros.parseMacros],
    ["macros-save", macros.parseMacrosSave],
    ["macros-save-by-smack", macros.parseMacrosSave],
    ["agent-history-request", history.parseAgentHistoryRequest],
    ["agent-history", history.parseAgentHistory],
    ["chat-metadata-request", history.parseChatMetadataRequest],
    ["chat-metadata", history.parseChatMetadata],
    ["offline-settings-page", extras.parseOfflineSettings],
    ["offline-settings-room", extras.parseOfflineSettings],
    ["offline-settings-mail", extras.parseOfflineSettings],
    ["sound-settings", extras.parseSounds],
    ["workgroup-properties-request", extras.parsePropertiesRequest],
    ["workgroup-properties", extras.parseProperties],
    ["workgroup-properties-bare", extras.parseProperties],
    ["search-settings", extras.parseSearchSettings],
    ["search-settings-none", extras.parseSearchSettings],
    ["generic-metadata", extras.parseGeneric],
    ["agent-rename", extras.parseAgentRename],
    ["command-execute", adHoc.parseCommand],
    ["command-complete", adHoc.parseCommand],
    ["disco-items-commands", parseItems],
    ["chat-settings-request-key", chatSettings.parseChatSettingsRequest],
    ["chat-settings-request-type", chatSettings.parseChatSettingsRequest],
    ["chat-settings-request-all", chatSettings.parseChatSettingsRequest],
    ["muc-members", parseMembers],
    ["send-email", mail.parseMailRequest],
    ["send-email-no-session", mail.parseMailRequest],
    ["transcript-search-submit", search.parseSearch],
    ["transcript-search-result", search.parseSearchResult],
  ])("%s is what it stands for", (name, read) => {
    const { element, value } = golden(name);
    expect(read(element)).toEqual(value);
  });
});

describe("what is written", () => {
  it.each<[name: string, element: Element, written: Element]>([
    pair("notes-request", (of: { session: string }) => notes.buildNotesRequest(of.session)),
    pair("notes-set", notes.buildNotesSet),
    pair("notes", notes.buildNotes),
    pair("macros-request", macros.buildMacrosRequest),
    pair("macros-request-personal", macros.buildMacrosRequest),
    pair("macros", macros.buildMacros),
    pair("macros-save", (of: ReturnType<typeof macros.parseMacrosSave>) => macros.buildMacrosSave(of.group)),
    pair("agent-history-request", history.buildAgentHistoryRequest),
    pair("agent-history", history.buildAgentHistory),
    pair("chat-metadata-request", (of: { session: string }) => history.buildChatMetadataRequest(of.session)),
    pair("chat-metadata", history.buildChatMetadata),
    pair("offline-settings-page", extras.buildOfflineSettings),
    pair("offline-settings-room", extras.buildOfflineSettings),
    pair("offline-settings-mail", extras.buildOfflineSettings),
    pair("sound-settings", extras.buildSounds),
    pair("workgroup-properties-request", extras.buildPropertiesRequest),
    pair("workgroup-properties", extras.buildProperties),
    pair("workgroup-properties-bare", extras.buildProperties),
    pair("search-settings", extras.buildSearchSettings),
    pair("search-settings-none", extras.buildSearchSettings),
    pair("generic-metadata", extras.buildGeneric),
    pair("agent-rename", extras.buildAgentRename),
    pair("chat-setting-list", chatSettings.buildChatSettingList),
    pair("command-execute", command),
    pair("command-complete", command),
    pair("command-reply", adHoc.buildCommandReply),
    pair("disco-items-commands", buildItems),
    pair("muc-members-request", buildMembersRequest),
    pair("transcript-search-request", search.buildSearchFormRequest),
    pair("transcript-search-form", search.buildSearchForm),
    pair("send-email", mail.buildMailRequest),
    pair("send-email-no-session", mail.buildMailRequest),
    pair("transcript-search-submit", search.buildSearch),
    pair("transcript-search-result", search.buildSearchResult),
  ])("is %s as in the golden pair, without a blank between elements", (_, element, written) => {
    expect(shape(written)).toEqual(shape(element));
    expect(written.toString()).not.toMatch(/>\s+</);
    expect(shape(parseXml(written.toString()))).toEqual(shape(element));
  });

  function command({ answers, ...rest }: Parameters<typeof adHoc.buildCommand>[0] & { answers: FormAnswers | null }) {
    return adHoc.buildCommand({ ...rest, ...(answers && { form: buildAnswers(answers) }) });
  }

  function pair<T>(name: string, build: (value: T) => Element): [string, Element, Element] {
    const { element, value } = golden<T>(name);
    return [name, element, build(value)];
  }
});

describe("a payload without what it needs is refused", () => {
  const jive = `xmlns='${NS_JIVE}'`;
  const save = (text: string) =>
    `<macros ${jive}><personal>true</personal><personalMacro>${text}</personalMacro></macros>`;
  it.each<[payload: string, read: (element: Element) => unknown, condition: string]>([
    [`<chat-notes ${jive}/>`, notes.parseNotesRequest, "bad-request"],
    [`<chat-notes ${jive}><sessionID> </sessionID></chat-notes>`, notes.parseNotesRequest, "bad-request"],
    [`<chat-notes ${jive}><sessionID>x</sessionID></chat-notes>`, notes.parseNotesSet, "bad-request"],
    [`<chat-notes ${jive}><notes>x</notes></chat-notes>`, notes.parseNotesSet, "bad-request"],
    [`<macros ${jive}><personal>true</personal></macros>`, macros.parseMacrosSave, "bad-request"],
    [save(""), macros.parseMacrosSave, "bad-request"],
    [save("&lt;macros/&gt;"), macros.parseMacrosSave, "bad-request"],
    [save("&lt;macrogroup&gt;"), macros.parseMacrosSave, "bad-request"],
    [save("&lt;macrogroup&gt;&lt;title&gt;x&lt;/macrogroup&gt;"), macros.parseMacrosSave, "bad-request"],
    [save("&lt;macrogroup&gt;".repeat(5_000)), macros.parseMacrosSave, "bad-request"],
    [`<chat-sessions ${jive} maxSessions='1'/>`, history.parseAgentHistoryRequest, "bad-request"],
    [`<chat-sessions ${jive} agentJID='a@b'/>`, history.parseAgentHistoryRequest, "bad-request"],
    [`<chat-sessions ${jive} agentJID='a@b' maxSessions='-1'/>`, history.parseAgentHistoryRequest, "bad-request"],
    [
      `<chat-sessions ${jive} agentJID='a@b' maxSessions='1' startDate='yesterday'/>`,
      history.parseAgentHistoryRequest,
      "bad-request",
    ],
    [`<chat-sessions ${jive} agentJID='a b@c' maxSessions='1'/>`, history.parseAgentHistoryRequest, "jid-malformed"],
    [`<chat-metadata ${jive}/>`, history.parseChatMetadataRequest, "bad-request"],
    [`<send-email ${jive}><toAddress>a@b.c</toAddress></send-email>`, mail.parseMailRequest, "bad-request"],
    [
      `<transcript-search ${jive}><x xmlns='jabber:x:data' type='form'/></transcript-search>`,
      search.parseSearch,
      "bad-request",
    ],
    [
      `<transcript-search ${jive}><x xmlns='jabber:x:data' type='submit'/></transcript-search>`,
      search.parseSearch,
      "not-acceptable",
    ],
    [`<agent-info ${jive}/>`, extras.parseAgentRename, "bad-request"],
    [`<workgroup-properties ${jive} jid='@'/>`, extras.parsePropertiesRequest, "jid-malformed"],
    [`<chat-settings ${jive} type='x'/>`, chatSettings.parseChatSettingsRequest, "bad-request"],
    ["<command xmlns='http://jabber.org/protocol/commands'/>", adHoc.parseCommand, "bad-request"],
    ["<command xmlns='http://jabber.org/protocol/commands' node='x' action='y'/>", adHoc.parseCommand, "bad-request"],
  ])("%s", (payload, read, condition) => {
    expect(() => read(parseXml(payload))).toThrow(expect.objectContaining({ condition }));
  });
});

describe("canned responses as Smack writes them", () => {
  const read = (inner: string) => macros.parseMacroGroup(`<macrogroup><title>x</title>${inner}</macrogroup>`);
  const macro = (response: string) =>
    `<macros><macro><title>t</title><response>${response}</response></macro></macros>`;

  it.each<[typed: string, response: string]>([
    ["a & b", "a & b"],
    ["a &amp; b", "a & b"],
    ["&lt;b&gt; &quot;x&apos; &#65;&#x42;", "<b> \"x' AB"],
    ["&nbsp; &unknown; &#99999999;", "&nbsp; &unknown; &#99999999;"],
    ["a </b> < c > d", "a </b> < c > d"],
    ["<title>no</title><macro>", "<title>no</title><macro>"],
    ["two\nlines", "two\nlines"],
    ["", ""],
  ])("%j is the response %j", (typed, response) => {
    expect(read(macro(typed)).macros[0]?.response).toBe(response);
  });

  it("may leave out anything; the outermost group has a name of its own then", () => {
    expect(macros.parseMacroGroup("<macrogroup></macrogroup>")).toEqual({ title: "Personal", macros: [], groups: [] });
    expect(read("<macros/><macroGroups/>")).toEqual({ title: "x", macros: [], groups: [] });
    expect(read("<macros><macro></macro></macros>").macros).toEqual([
      { title: "", description: "", response: "", kind: "text" },
    ]);
    expect(read("<macros><macro><title>t</title><type>7</type></macro></macros>").macros[0]?.kind).toBe("text");
  });

  it("is read again as it was, whatever was typed", () => {
    for (const response of ["a & b &amp; <c> </response> ]]> \"'", "null", "\u{1F600}\n\ttab"]) {
      const group = {
        title: "<&>",
        macros: [{ title: "&", description: "", response, kind: "image" as const }],
        groups: [],
      };
      expect(macros.parseMacroGroup(macros.formatMacroGroup(group))).toEqual(group);
    }
  });
});

describe("a form in a command that was given up", () => {
  it("counts as none", () => {
    const given = "<x xmlns='jabber:x:data' type='cancel'/>";
    const parsed = adHoc.parseCommand(
      parseXml(`<command xmlns='http://jabber.org/protocol/commands' node='n'>${given}</command>`),
    );
    expect(parsed).toEqual({ node: "n", action: "execute", session: undefined, answers: null });
  });
});

describe("an e-mail address", () => {
  it.each([
    "dana@example.net",
    "d.a-n+a_1@sub.example.co.uk",
    "o'brien@x.org",
    "a@localhost",
    `${"a".repeat(64)}@x.org`,
  ])("may be %s", (text) => expect(isEmailAddress(text)).toBe(true));

  it.each([
    "",
    "dana",
    "@x.org",
    "dana@",
    "a@b@c.org",
    "dana@x.org\nBcc: all@x.org",
    "dana@x.org\r\n",
    "dana@x.org,eve@x.org",
    "dana@x.org;eve@x.org",
    "dana eve@x.org",
    "Dana <dana@x.org>",
    "<dana@x.org>",
    '"dana"@x.org',
    "dana@[127.0.0.1]",
    "dana@x..org",
    ".dana@x.org",
    "dana.@x.org",
    "da..na@x.org",
    "dana@-x.org",
    "d\u00E4na@x.org",
    "dana@x.org\0",
    "dana(comment)@x.org",
    `${"a".repeat(65)}@x.org`,
    `a@${"b.".repeat(130)}org`,
  ])("is not %j", (text) => expect(isEmailAddress(text)).toBe(false));

  it.each(["a.".repeat(50_000), `a@${"a-".repeat(50_000)}`, "@".repeat(100_000)])(
    "is judged at once, however long the text",
    (text) => expect(isEmailAddress(text)).toBe(false),
  );
});
