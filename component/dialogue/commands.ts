/**
 * What a visitor's client may do by ad-hoc commands (XEP-0050): send the whole form at once, and leave again. Nothing has to
 * be kept between the stages.
 */
import { buildCommandReply, type CommandRequest } from "../../protocol/ad-hoc.ts";
import { buildForm, type FormAnswers, type FormField } from "../../protocol/data-form.ts";
import { badRequest, forbidden } from "../../protocol/stanza-error.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { langOf } from "../commands/asker.ts";
import type { Deps, Workgroup } from "../features/deps.ts";
import { type Language, languageOf, sayIn } from "../texts/index.ts";
import { formOf } from "./form.ts";
import { enqueue, placeText, requestOf, takesVisitors } from "./joining.ts";

/** Somebody who is no agent of `workgroup`; `visitor` is a full JID. */
export type Guest = { workgroup: Workgroup; visitor: string; lang: Language; deps: Deps };

export const guestOf = (workgroup: Workgroup, { from, payload }: IqRequest, deps: Deps): Guest => {
  return { workgroup, visitor: from, lang: languageOf(langOf(payload)) ?? "en", deps };
};

const START = "urn:foyer:visitor:start";
const LEAVE = "urn:foyer:visitor:leave";

/** What may be done just now, for disco#items. */
export function listForGuest({ workgroup, visitor, lang }: Guest): { node: string; name: string }[] {
  const say = sayIn(lang);
  if (requestOf(workgroup, visitor)) return [{ node: LEAVE, name: say("visitor.command.leave") }];
  return takesVisitors(workgroup) ? [{ node: START, name: say("visitor.command.start") }] : [];
}

/** One stage of a command. @throws StanzaError as XEP-0050 §4 has it */
export async function carryOutForGuest(guest: Guest, request: CommandRequest): Promise<Element> {
  const { node, session, action } = request;
  if (node !== START && node !== LEAVE) throw forbidden("Only agents of this workgroup may do that.");
  if (session !== undefined && action === "cancel") return buildCommandReply({ node, session, status: "canceled" });
  if (action === "prev" || (session === undefined && action !== "execute")) {
    throw badRequest(`nothing is under way that could ${action}`);
  }
  if (!listForGuest(guest).some((one) => one.node === node)) throw forbidden(sayIn(guest.lang)("cmd.not-now"));
  return node === LEAVE ? leave(guest, session) : start(guest, request);
}

async function start(guest: Guest, { session, answers }: CommandRequest): Promise<Element> {
  const { workgroup, visitor, lang, deps } = guest;
  if (session === undefined || answers === null) return ask(guest, session ?? deps.newId(), {});
  const { FORM_TYPE: [type] = [], ...given } = answers;
  if (type !== START) throw badRequest(`the form is not of the type ${START}`);
  const wrong = await enqueue(workgroup, { visitor, answers: given, lang }, deps);
  if (wrong === "visitor.form-incomplete") return ask(guest, session, given, sayIn(lang)(wrong));
  const request = requestOf(workgroup, visitor);
  const text = wrong === undefined && request ? placeText(workgroup, request.id, lang) : sayIn(lang)(wrong ?? "failed");
  return buildCommandReply({
    node: START,
    session,
    status: "completed",
    note: { type: wrong === undefined ? "info" : "error", text },
  });
}

function ask({ workgroup, lang }: Guest, session: string, given: FormAnswers, wrong?: string): Element {
  const { title, instructions, fields } = formOf(workgroup.committed.settings);
  const question: FormField = {
    var: "question",
    type: "text-multi",
    label: sayIn(lang)("visitor.command.question"),
    required: false,
    options: [],
    values: [],
  };
  const type: FormField = { ...question, var: "FORM_TYPE", type: "hidden", label: "", values: [START] };
  const asked = fields.some((field) => field.var === "question") ? fields : [...fields, question];
  const filled = asked.map((field) => ({ ...field, values: given[field.var] ?? field.values }));
  return buildCommandReply({
    node: START,
    session,
    status: "executing",
    actions: ["complete"],
    form: buildForm({ title, instructions, fields: [type, ...filled] }),
    ...(wrong !== undefined && { note: { type: "error", text: wrong } }),
  });
}

async function leave({ workgroup, visitor, lang, deps }: Guest, session = deps.newId()): Promise<Element> {
  const text = await goAway(workgroup, visitor, deps);
  return buildCommandReply({
    node: LEAVE,
    session,
    status: "completed",
    note: { type: "info", text: sayIn(lang)(text) },
  });
}

/** Out of the queue, or out of the chat: whichever it is. */
export async function goAway(
  workgroup: Workgroup,
  visitor: string,
  deps: Deps,
): Promise<"visitor.left.cancelled" | "visitor.chat.ended"> {
  const request = requestOf(workgroup, visitor);
  if (request === undefined) return "visitor.left.cancelled";
  const waits = await workgroup.ask({ type: "depart-requested", at: deps.now(), visitor: request.visitor });
  if (waits === undefined) return "visitor.left.cancelled";
  await workgroup.ask({ type: "end-requested", at: deps.now(), request: request.id, by: request.visitor });
  return "visitor.chat.ended";
}
