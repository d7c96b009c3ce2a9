/** The questions a visitor answers before joining (reference 3.1), and the texts of the visitor's client (3.9). */
import { buildForm, type DataForm } from "../../protocol/data-form.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { notFound } from "../../protocol/stanza-error.ts";
import { buildWorkgroupForm } from "../../protocol/workgroup/join.ts";
import { buildChatSettings } from "../../protocol/workgroup/settings.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import type { FieldSetting } from "../domain/model.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

/** Of the kinds of settings in Fastpath (images, texts, a bot's words) there are only texts here. */
const TEXT = "1";

export const workgroupForm: Feature = {
  iq: [
    { type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "workgroup-form", handle: form },
    { type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "chat-settings", handle: chatSettings },
  ],
};

async function form(iq: IqRequest, deps: Deps): Promise<Element> {
  const { title, instructions, fields } = addressed(iq.to, deps).committed.settings.form;
  const asked: DataForm = { title, instructions, fields: fields.map(toField) };
  return buildWorkgroupForm(buildForm(asked));
}

// single types have at most one value, and a boolean always has one.
function toField(field: FieldSetting): DataForm["fields"][number] {
  const preset = field.type === "boolean" && field.value === "" ? "false" : field.value;
  const values = preset === "" ? [] : [preset];
  return {
    var: field.name,
    type: field.type,
    label: field.label,
    required: field.required,
    options: field.options,
    values,
  };
}

async function chatSettings(iq: IqRequest, deps: Deps): Promise<Element> {
  const { texts } = addressed(iq.to, deps).committed.settings;
  const [key, type] = [attr(iq.payload, "key"), attr(iq.payload, "type") ?? TEXT];
  const lang = attr(iq.payload, "xml:lang") ?? "en";
  const own = [lang, lang.split("-")[0] ?? ""].find((one) => Object.hasOwn(texts, one));
  const chosen = (own === undefined ? undefined : texts[own]) ?? {};
  if (key === undefined) return buildChatSettings(type === TEXT ? chosen : {});
  const value = Object.hasOwn(chosen, key) ? chosen[key] : undefined;
  if (value === undefined) throw notFound("There is no such setting.");
  return buildChatSettings({ [key]: value });
}
