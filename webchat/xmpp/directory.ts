/**
 * What the gateway knows of workgroups: their list, and each one's card for pages (description, form, texts).
 * Cards are kept for some seconds and asked for once, however many pages want them at the same time.
 */
import { type FieldType, parseForm } from "../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../protocol/disco.ts";
import { isJid } from "../../protocol/jid.ts";
import { NS_DATA_FORM } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { FieldView, WorkgroupView } from "../../protocol/visitor-api.ts";
import { buildWorkgroupFormRequest } from "../../protocol/workgroup/join.ts";
import {
  buildChatSettingsRequest,
  parseChatSettings,
  parseWorkgroupInfo,
  type WorkgroupStatus,
} from "../../protocol/workgroup/settings.ts";
import { child, type Element } from "../../protocol/xml.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";

export type Directory = {
  /** Bare JIDs of all workgroups. Rejects as `link.request` does. */
  workgroups(): Promise<string[]>;
  /** Null when there is no such workgroup. Rejects when it cannot be known just now. */
  card(name: string, lang: string): Promise<WorkgroupCard | null>;
};

/** `view` is for everybody; `origins` are the sites whose pages may have it, all sites when empty. */
export type WorkgroupCard = { view: WorkgroupView; origins: readonly string[] };

export type DirectoryOptions = {
  link: ComponentLink;
  /** The workgroups' domain. */
  service: string;
  /** In ms, of any clock that never goes back. */
  now: () => number;
  maxAgeMs: number;
};

// Names and languages come from anybody: what is kept for them has a bound.
const MOST_KEPT = 500;
const TIMEOUT_MS = 8_000;

export function createDirectory({ link, service, now, maxAgeMs }: DirectoryOptions): Directory {
  const kept = new Map<string, { at: number; card: Promise<WorkgroupCard | null> }>();
  const get = async (to: string, payload: Element): Promise<Element> => {
    const answer = await link.request({ from: link.domain, to, type: "get", payload, timeoutMs: TIMEOUT_MS });
    return answer ?? payload;
  };

  async function fetchCard(name: string, lang: string): Promise<WorkgroupCard> {
    const jid = `${name}@${service}`;
    const [info, form, settings] = await Promise.all([
      get(jid, buildInfoRequest()),
      get(jid, buildWorkgroupFormRequest()),
      get(jid, buildChatSettingsRequest(lang)),
    ]);
    const { description, status, waitS, origins } = parseWorkgroupInfo(info);
    const title = parseInfo(info).identities.find((one) => one.category === "collaboration")?.name ?? "";
    const x = child(form, "x", NS_DATA_FORM);
    const view: WorkgroupView = {
      name,
      title: title === "" ? name : title,
      description,
      availability: AVAILABILITY[status],
      waitS,
      form: x ? formView(x) : { title: "", instructions: "", fields: [] },
      texts: parseChatSettings(settings),
    };
    return { view, origins };
  }

  async function cardOrNull(name: string, lang: string): Promise<WorkgroupCard | null> {
    try {
      return await fetchCard(name, lang);
    } catch (error) {
      if (
        error instanceof StanzaError &&
        (error.condition === "item-not-found" || error.condition === "not-authorized")
      )
        return null;
      throw error;
    }
  }

  return {
    workgroups: async () => parseItems(await get(service, buildItemsRequest())).map((item) => item.jid),
    card(asked, wanted) {
      const name = asked.toLowerCase();
      if (name === "" || name.length > 100 || !isJid(`${name}@${service}`)) return Promise.resolve(null);
      const lang = /^[a-z]{2,8}(-[a-z0-9]{1,8}){0,3}$/i.test(wanted) ? wanted.toLowerCase() : "";
      const key = `${name} ${lang}`;
      const found = kept.get(key);
      if (found && now() - found.at < maxAgeMs) return found.card;
      const card = cardOrNull(name, lang);
      kept.delete(key);
      kept.set(key, { at: now(), card });
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
      // A failure is nobody's card: the next page asks anew.
      card.catch(() => {
        if (kept.get(key)?.card === card) kept.delete(key);
      });
      return card;
    },
  };
}

const AVAILABILITY: Record<WorkgroupStatus, WorkgroupView["availability"]> = {
  OPEN: "open",
  READY: "no-agents",
  CLOSED: "closed",
};

function formView(x: Element): WorkgroupView["form"] {
  const { title, instructions, fields } = parseForm(x);
  const views = fields.flatMap((field): FieldView[] => {
    const type = VIEW_TYPES[field.type];
    if (type === undefined || field.var === "" || field.var === "FORM_TYPE") return [];
    const { label, required, options, values } = field;
    return [{ name: field.var, type, label, required, options, values }];
  });
  return { title, instructions, fields: views };
}

/** Addresses are asked for as texts; fixed text is no question. */
const VIEW_TYPES: Partial<Record<FieldType, FieldView["type"]>> = {
  "text-single": "text-single",
  "text-multi": "text-multi",
  "text-private": "text-private",
  boolean: "boolean",
  "list-single": "list-single",
  "list-multi": "list-multi",
  hidden: "hidden",
  "jid-single": "text-single",
  "jid-multi": "text-multi",
};
