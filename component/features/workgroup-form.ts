/** The questions a visitor answers before joining (reference 3.1). */
import { buildForm, type DataForm } from "../../protocol/data-form.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildWorkgroupForm } from "../../protocol/workgroup/join.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import type { FieldSetting } from "../domain/model.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

export const workgroupForm: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "workgroup-form", handle: form }],
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
