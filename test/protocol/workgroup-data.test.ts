/** Golden pairs of what agents and visitors read and write beside their chats. */
import { describe, expect, it } from "vitest";
import { NS_JIVE } from "../../protocol/ns.ts";
import * as history from "../../protocol/workgroup/agent-history.ts";
import * as macros from "../../protocol/workgroup/macros.ts";
import * as notes from "../../protocol/workgroup/notes.ts";
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
  ])("is %s as in the golden pair, without a blank between elements", (_, element, written) => {
    expect(shape(written)).toEqual(shape(element));
    expect(written.toString()).not.toMatch(/>\s+</);
    expect(shape(parseXml(written.toString()))).toEqual(shape(element));
  });

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
