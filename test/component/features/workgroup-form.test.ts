import { describe, expect, it } from "vitest";
import type { FieldSetting } from "../../../component/domain/model.ts";
import { buildChatSettingsRequest, parseChatSettings } from "../../../protocol/workgroup/settings.ts";
import { attr } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { createWorld, DANA, SERVICE, SUPPORT } from "./world.ts";

const field = (name: string, more: Partial<FieldSetting> = {}): FieldSetting => ({
  name,
  label: `${name}:`,
  type: "text-single",
  required: false,
  options: [],
  value: "",
  ...more,
});

const FORM = {
  title: "Talk to support",
  instructions: "Tell us who you are.",
  fields: [
    field("username", { required: true }),
    field("consent", { type: "boolean" }),
    field("topic", { type: "list-single", options: [{ label: "Routers", value: "r" }], value: "r" }),
    field("campaign", { type: "hidden", value: "spring", label: "" }),
  ],
};

const asked = `
<workgroup-form xmlns='http://jivesoftware.com/protocol/workgroup'><x xmlns='jabber:x:data' type='form'>
  <title>Talk to support</title><instructions>Tell us who you are.</instructions>
  <field var='username' type='text-single' label='username:'><required/></field>
  <field var='consent' type='boolean' label='consent:'><value>false</value></field>
  <field var='topic' type='list-single' label='topic:'><value>r</value><option label='Routers'><value>r</value></option></field>
  <field var='campaign' type='hidden'><value>spring</value></field>
</x></workgroup-form>`;

describe("the form before a chat", () => {
  it.each(["http://jivesoftware.com/protocol/workgroup", "http://jabber.org/protocol/workgroup"])(
    "is given to anybody, asked in %s and answered in Jive's namespace (R-03, R-20)",
    async (ns) => {
      const answer = await createWorld({ form: FORM }).iq("get", `<workgroup-form xmlns='${ns}'/>`, { from: DANA });
      expect(attr(answer, "from")).toBe(SUPPORT);
      expect(shape(answer).children).toEqual([shape(parseXml(asked))]);
    },
  );

  it("of an unknown workgroup is refused as Fastpath does, to reveal nothing", async () => {
    const { refusal } = createWorld();
    const request = "<workgroup-form xmlns='http://jivesoftware.com/protocol/workgroup'/>";
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", request, { to: `nobody@${SERVICE}` })).toMatchObject(refused);
    expect(await refusal("get", request, { to: SERVICE })).toMatchObject(refused);
  });
});

describe("the texts of a visitor's client", () => {
  const world = () => createWorld({ texts: { en: { start: "Start", end: "End" }, de: { start: "Los" } } });
  const jive = "xmlns='http://jivesoftware.com/protocol/workgroup'";
  const texts = async (request: ReturnType<typeof buildChatSettingsRequest> | string) => {
    const answer = await world().ask("get", request, { from: DANA });
    return answer && { ...parseChatSettings(answer) };
  };

  it("are given by language", async () => {
    expect(await texts(buildChatSettingsRequest("de"))).toEqual({ start: "Los" });
  });

  it("of a language's country are the language's when the country has none", async () => {
    expect(await texts(buildChatSettingsRequest("de-AT"))).toEqual({ start: "Los" });
  });

  it("are English when no language is said, and none in one that has none", async () => {
    expect(await texts(buildChatSettingsRequest(""))).toEqual({ start: "Start", end: "End" });
    expect(await texts(buildChatSettingsRequest("fr"))).toEqual({});
    expect(await texts(buildChatSettingsRequest("constructor"))).toEqual({});
  });

  it("are given one by key, and an unknown key is not found", async () => {
    expect(await texts(`<chat-settings ${jive} key='end'/>`)).toEqual({ end: "End" });
    const unknown = { condition: "item-not-found" };
    expect(await world().refusal("get", `<chat-settings ${jive} key='nothing'/>`)).toMatchObject(unknown);
    expect(await world().refusal("get", `<chat-settings ${jive} key='constructor'/>`)).toMatchObject(unknown);
  });

  it("are all there is: no images, no words of a bot", async () => {
    expect(await texts(`<chat-settings ${jive} type='0'/>`)).toEqual({});
  });
});
