import { describe, expect, it } from "vitest";
import { NO_EXTRAS } from "../../../component/domain/extras.ts";
import { FASTPATH_TEXTS } from "../../../component/domain/fastpath-texts.ts";
import { buildChatSettingsRequest, parseChatSettings } from "../../../protocol/workgroup/settings.ts";
import { childText, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { createWorld, DANA } from "./world.ts";

const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const world = () =>
  createWorld({
    texts: { en: { start: "Start", end: "End", greet_message: "Hello!" }, de: { start: "Los" } },
    extras: { ...NO_EXTRAS, images: { logo: "TE9HTw==", online: "T04=" } },
  });

const asked = async (request: ReturnType<typeof buildChatSettingsRequest> | string) => {
  const answer = await world().ask("get", request, { from: DANA });
  if (!answer) throw new Error("an empty result");
  return answer;
};
const values = async (request: Parameters<typeof asked>[0]) => ({ ...parseChatSettings(await asked(request)) });
const kinds = async (request: string) => new Set(elements(await asked(request)).map((one) => childText(one, "type")));

describe("the texts of a visitor's client", () => {
  it("are given by language, with nothing beside them", async () => {
    expect(await values(buildChatSettingsRequest("de"))).toEqual({ start: "Los" });
    expect(await values(buildChatSettingsRequest("fr"))).toEqual({});
    expect(await values(buildChatSettingsRequest("constructor"))).toEqual({});
  });

  it("of a language's country are the language's when the country has none", async () => {
    expect(await values(buildChatSettingsRequest("de-AT"))).toEqual({ start: "Los" });
  });

  it("are English when no language is said, with those that Fastpath's clients expect", async () => {
    expect(await values(buildChatSettingsRequest(""))).toEqual({ ...FASTPATH_TEXTS, start: "Start", end: "End" });
  });

  it("may take the place of Fastpath's", async () => {
    const { ask } = createWorld({ texts: { en: { start_chat_button: "Go" } } });
    const answer = await ask("get", `<chat-settings ${JIVE} key='start_chat_button'/>`);
    const item = "<chat-setting><key>start_chat_button</key><value>Go</value><type>1</type></chat-setting>";
    expect(answer && shape(answer)).toEqual(shape(parseXml(`<chat-settings ${JIVE}>${item}</chat-settings>`)));
  });
});

describe("settings of a visitor's client", () => {
  it("are pictures, texts and a bot's words, each under its number", async () => {
    expect(await values(`<chat-settings ${JIVE} type='0'/>`)).toEqual({ logo: "TE9HTw==", online: "T04=" });
    expect(await kinds(`<chat-settings ${JIVE} type='0'/>`)).toEqual(new Set(["0"]));
    expect(await values(`<chat-settings ${JIVE} type='2'/>`)).toEqual({ greet_message: "Hello!" });
    expect(await values(`<chat-settings ${JIVE} type='3'/>`)).toEqual({});
    expect(await kinds(`<chat-settings ${JIVE}/>`)).toEqual(new Set(["0", "1", "2"]));
    expect(await kinds(`<chat-settings ${JIVE} type='-1'/>`)).toEqual(new Set(["0", "1", "2"]));
  });

  it("are given one by key, whatever type is named beside it", async () => {
    expect(await values(`<chat-settings ${JIVE} key='logo'/>`)).toEqual({ logo: "TE9HTw==" });
    expect(await values(`<chat-settings ${JIVE} key='logo' type='1'/>`)).toEqual({ logo: "TE9HTw==" });
    expect(await values(`<chat-settings ${JIVE} key='no_help_text'/>`)).toEqual({ no_help_text: "Nothing was found." });
  });

  it.each(["nothing", "constructor", "__proto__"])("with the key %s are not found", async (key) => {
    const { refusal } = world();
    const refused = await refusal("get", `<chat-settings ${JIVE} key='${key}'/>`, { from: DANA });
    expect(refused).toMatchObject({ type: "cancel", condition: "item-not-found" });
  });

  it("of a type that is no number are refused, where Fastpath says nothing at all", async () => {
    const refused = await world().refusal("get", `<chat-settings ${JIVE} type='text'/>`, { from: DANA });
    expect(refused).toMatchObject({ type: "modify", condition: "bad-request" });
  });
});
