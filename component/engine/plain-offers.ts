/**
 * Offers to agents with ordinary clients: chat messages from the workgroup. One goes to each device by its full address, and
 * not to the others by carbons; what became of it is one line more. Their answers come in as messages or commands.
 */
import { buildBotMessage } from "../../protocol/bot-message.ts";
import type { DataForm } from "../../protocol/data-form.ts";
import { bareJid } from "../../protocol/jid.ts";
import { OFFER_FORM } from "../../protocol/workgroup/plain-offer.ts";
import type { Element } from "../../protocol/xml.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Offer, OfferOutcome, Request, WorkgroupSettings, WorkgroupState } from "../domain/model.ts";
import { type Language, languageOf, type Say, sayIn, type TextKey } from "../texts/index.ts";

export type PlainOffersDeps = {
  now(): number;
  send(stanza: Element): void;
  /** The language tag an agent reads; null: not known. */
  langOf(workgroup: string, agent: string): string | null;
  /** Whether a form in a message is of use to this client. */
  drawsForms(device: string): boolean;
};

type Desk = { readonly node: string; readonly committed: WorkgroupState };

const REVOKED: Record<OfferOutcome, TextKey> = {
  expired: "offer.expired",
  "taken-by-other": "offer.taken-by-other",
  "visitor-gone": "offer.visitor-gone",
  withdrawn: "offer.withdrawn",
  accepted: "offer.accepted-elsewhere",
  rejected: "offer.rejected-elsewhere",
  undeliverable: "offer.withdrawn",
  "agent-gone": "offer.withdrawn",
};

const MOST_OF_AN_ANSWER = 300;

export class PlainOffers {
  readonly #deps: PlainOffersDeps;

  constructor(deps: PlainOffersDeps) {
    this.#deps = deps;
  }

  offer({ node, committed: { settings } }: Desk, from: string, request: Request, offer: Offer, device: string): void {
    const [lang, say] = this.#voice(node, offer.agent);
    const seconds = Math.max(1, Math.round((offer.expiresAt - this.#deps.now()) / 1000));
    const text = [
      headline(settings, request, say),
      ...answersOf(settings, request, say),
      say("offer.answer", { seconds }),
    ].join("\n");
    const quick = [
      { value: say("yes"), label: say("offer.accept") },
      { value: say("no"), label: say("offer.decline") },
    ];
    const form = this.#deps.drawsForms(device) ? { form: offerForm(settings, request, say) } : {};
    const to = { from, to: device, id: offer.id, lang, thread: request.id };
    this.#deps.send(buildBotMessage({ ...to, text, quick, ...form, passing: true }));
  }

  /** One line on what became of an offer, to a device that was shown it. */
  revoke(desk: Desk, from: string, request: Request, device: string, outcome: OfferOutcome): void {
    const [lang, say] = this.#voice(desk.node, bareJid(device));
    const text = whatBecame(desk.committed, request, outcome, say);
    this.#deps.send(buildBotMessage({ from, to: device, lang, text, thread: request.id, passing: true }));
  }

  #voice(node: string, agent: string): [Language, Say] {
    const lang = languageOf(this.#deps.langOf(node, agent) ?? "") ?? "en";
    return [lang, sayIn(lang)];
  }
}

function headline({ title, agents }: WorkgroupSettings, { metadata, handover }: Request, say: Say): string {
  const question = questionOf(metadata);
  const who = { workgroup: title, name: nameOf(metadata) };
  const asks = question === "" ? "" : say("offer.asks", { question });
  if (handover === undefined) return say("offer.text", { ...who, question: asks });
  const by = bareJid(handover.by);
  const agent = agents.find(({ jid }) => jid === by)?.name ?? by;
  const head = say(handover.kind === "transfer" ? "offer.transfer" : "offer.invite", { ...who, agent, question: asks });
  return handover.reason === "" ? head : `${head}\n“${handover.reason}”`;
}

/**
 * The other answers of the form, one a line and by their labels, and then what else helps to decide: the page the visitor is
 * on, and what the site vouches for. The rest is for clients that show a card.
 */
function answersOf({ form }: WorkgroupSettings, { metadata, verified = [] }: Request, say: Say): string[] {
  const asked = form.fields.filter(({ type }) => type !== "hidden");
  const labels = new Map(asked.map(({ name, label }) => [name, label || name]));
  const others = Object.keys(metadata).filter((name) => !labels.has(name) && verified.includes(name));
  return [...labels.keys(), ...others, "url"].flatMap((name) => {
    const answer = Object.hasOwn(metadata, name) ? (metadata[name] ?? []).join(", ").trim() : "";
    if (answer === "" || name === "username" || name === "question") return [];
    const label = labels.get(name) ?? (name === "url" ? say("offer.page") : name);
    const cut = answer.length > MOST_OF_AN_ANSWER ? `${answer.slice(0, MOST_OF_AN_ANSWER)} …` : answer;
    return [`${label}: ${cut}${verified.includes(name) ? ` ${say("offer.verified")}` : ""}`];
  });
}

function offerForm({ title }: WorkgroupSettings, { id, metadata }: Request, say: Say): DataForm {
  const hidden = { type: "hidden", label: "", required: false, options: [] } as const;
  const options = [
    { value: "yes", label: say("offer.accept") },
    { value: "no", label: say("offer.decline") },
  ];
  return {
    title: say("offer.title", { workgroup: title }),
    instructions: nameOf(metadata),
    fields: [
      { ...hidden, var: "FORM_TYPE", options: [], values: [OFFER_FORM] },
      { ...hidden, var: "request", options: [], values: [id] },
      { var: "answer", type: "list-single", label: say("offer.take"), required: true, options, values: ["yes"] },
    ],
  };
}

function whatBecame({ requests, settings }: WorkgroupState, request: Request, outcome: OfferOutcome, say: Say): string {
  const name = nameOf(request.metadata);
  const { phase } = request;
  // What was accepted and taken back: the agent did not come.
  if (outcome === "expired" && phase.name === "inviting") return say("offer.not-joined", { name });
  const now = requests.get(request.id)?.phase;
  if (outcome === "taken-by-other" && now && now.name !== "queued" && now.name !== "offered") {
    const agent = settings.agents.find(({ jid }) => jid === now.agent)?.name;
    if (agent !== undefined) return say("offer.taken", { agent, name });
  }
  return say(REVOKED[outcome], { name });
}
