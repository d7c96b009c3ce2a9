import { expect, it } from "vitest";
import { type BotMessage, buildBotMessage, parseChatMessage } from "../../protocol/bot-message.ts";
import { golden, parseXml, shape } from "../support/xml.ts";

it.each(["bot-message", "bot-message-plain"])("%s is written as in the golden pair", (name) => {
  const { element, value } = golden<BotMessage>(name);
  expect(shape(buildBotMessage(value))).toEqual(shape(element));
});

it.each(["chat-message", "chat-message-form"])("%s is read as in the golden pair", (name) => {
  const { element, value } = golden(name);
  // Answers have no prototype, so that any name is a name.
  expect(JSON.parse(JSON.stringify(parseChatMessage(element)))).toEqual(value);
});

it.each([
  "<presence><body>yes</body></presence>",
  "<message type='error'><body>yes</body></message>",
  "<message type='groupchat'><body>yes</body></message>",
  "<message type='headline'><body>yes</body></message>",
  "<message type='chat'/>",
  "<message type='chat'><body> </body></message>",
  "<message type='chat'><body xmlns='other'>yes</body></message>",
  "<message type='chat'><body>yes</body><delay xmlns='urn:xmpp:delay' stamp='2026-01-05T10:00:00Z'/></message>",
  "<message type='chat'><body>yes</body><x xmlns='jabber:x:delay' stamp='20260105T10:00:00'/></message>",
  "<message type='chat'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'/></received><body>yes</body></message>",
  "<message type='chat'><forwarded xmlns='urn:xmpp:forward:0'/><body>yes</body></message>",
  "<message type='chat'><x xmlns='jabber:x:data' type='form'/></message>",
  "<message type='chat'><x xmlns='jabber:x:data' type='result'/></message>",
])("nothing is to be answered in %s", (text) => {
  expect(parseChatMessage(parseXml(text))).toBeNull();
});

it("a form that was put aside says so", () => {
  const message = parseXml("<message type='chat'><x xmlns='jabber:x:data' type='cancel'/></message>");
  expect(parseChatMessage(message)).toMatchObject({ form: { cancelled: true, formType: "" } });
});
