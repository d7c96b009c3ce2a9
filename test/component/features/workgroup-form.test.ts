import { describe, expect, it } from "vitest";
import type { FieldSetting } from "../../../component/domain/model.ts";
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

describe("T-06: the form before a chat", () => {
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
