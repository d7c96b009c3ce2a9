/** What a workgroup tells about itself: discovery (2.2), texts (3.9), and what its administrator hands to the service. */
import { parseAnswers } from "../data-form.ts";
import { NS_CONFIGURATION, NS_DATA_FORM, NS_JIVE, NS_JSON, NS_WORKGROUP_INFO } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { child, children, childText, type Element, xml } from "../xml.ts";

/** upper case on the wire; Fastpath's own web client compares the text. */
export type WorkgroupStatus = "OPEN" | "READY" | "CLOSED";
/**
 * `waitS`: expected wait of who joins now, in seconds; null when nothing is known. `origins`: the sites whose pages may
 * embed the workgroup, told to gateways only; empty: any site may, or it is not for us to know.
 */
export type WorkgroupInfo = {
  description: string;
  status: WorkgroupStatus;
  waitS: number | null;
  origins: readonly string[];
};

const ORIGINS = "{urn:foyer:visit:0}origins";

export function buildWorkgroupInfo(info: WorkgroupInfo): Element {
  const field = (name: string, label: string, value: string): Element =>
    xml("field", { var: name, type: "text-single", label }, xml("value", {}, value));
  return xml(
    "x",
    { xmlns: NS_DATA_FORM, type: "result" },
    xml("field", { var: "FORM_TYPE", type: "hidden" }, xml("value", {}, NS_WORKGROUP_INFO)),
    field("workgroup#description", "Description", info.description),
    field("workgroup#online", "Status", info.status),
    info.waitS !== null && field("{urn:foyer:queue:0}wait", "Expected wait in seconds", String(info.waitS)),
    info.origins.length > 0 &&
      xml("field", { var: ORIGINS, type: "text-multi" }, ...info.origins.map((origin) => xml("value", {}, origin))),
  );
}

/** Reads the form inside a workgroup's disco#info; without one the workgroup counts as closed. */
export function parseWorkgroupInfo(query: Element): WorkgroupInfo {
  const form = children(query, "x", NS_DATA_FORM).find((x) => parseAnswers(x).FORM_TYPE?.[0] === NS_WORKGROUP_INFO);
  const values = form ? parseAnswers(form) : {};
  const status = values["workgroup#online"]?.[0];
  const wait = values["{urn:foyer:queue:0}wait"]?.[0];
  return {
    description: values["workgroup#description"]?.[0] ?? "",
    status: status === "OPEN" || status === "READY" ? status : "CLOSED",
    waitS: wait === undefined || !/^\d+$/.test(wait) ? null : Number(wait),
    origins: values[ORIGINS] ?? [],
  };
}

/** Texts of the visitor's client by key; type 1 of Fastpath's chat settings. `lang` picks a language, empty means any. */
export const buildChatSettingsRequest = (lang: string): Element =>
  xml("chat-settings", { xmlns: NS_JIVE, type: 1, "xml:lang": lang === "" ? undefined : lang });

export function parseChatSettings(el: Element): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const setting of children(el, "chat-setting", NS_JIVE)) {
    const key = childText(setting, "key", NS_JIVE);
    if (key !== undefined) texts[key] = childText(setting, "value", NS_JIVE) ?? "";
  }
  return texts;
}

/** The administrator's configuration as Prosody's module hands it over: JSON (XEP-0335), not yet validated. */
export function buildConfiguration(json: string): Element {
  return xml("configuration", { xmlns: NS_CONFIGURATION }, xml("json", { xmlns: NS_JSON }, json));
}

/** @throws StanzaError `bad-request` when it is no JSON */
export function parseConfiguration(el: Element): unknown {
  const json = child(el, "json", NS_JSON);
  try {
    return JSON.parse(json?.text() ?? "");
  } catch (cause) {
    throw badRequest(`the configuration is not JSON: ${cause instanceof Error ? cause.message : ""}`);
  }
}
