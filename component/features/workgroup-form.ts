/** The questions a visitor answers before joining (reference 3.1). */
import { buildForm } from "../../protocol/data-form.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { buildWorkgroupForm } from "../../protocol/workgroup/join.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { formOf } from "../dialogue/form.ts";
import { addressed, type Deps, type Feature } from "./deps.ts";

export const workgroupForm: Feature = {
  iq: [{ type: "get", ns: [NS_JIVE, NS_WORKGROUP], name: "workgroup-form", handle: form }],
};

async function form(iq: IqRequest, deps: Deps): Promise<Element> {
  return buildWorkgroupForm(buildForm(formOf(addressed(iq.to, deps).committed.settings)));
}
