/**
 * Administrators of the server make workgroups, change who is in them, and take them away (reference 2.3), and erase
 * visitors: ad-hoc commands of one stage (XEP-0050) on the service. Workgroups that are written in the configuration are changed there, not here.
 */
import { buildCommandReply, type CommandReply, parseCommand } from "../../protocol/ad-hoc.ts";
import { buildForm, type DataForm, type FormAnswers } from "../../protocol/data-form.ts";
import { bareJid, domainOf, localOf, parseBareJid, parseJid } from "../../protocol/jid.ts";
import { NS_COMMANDS } from "../../protocol/ns.ts";
import { badRequest, forbidden, notAcceptable, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import {
  ADMINISTRATION,
  ADMINISTRATION_FORM,
  type AdministrationCommand,
  administrationCommand,
} from "../domain/administration-commands.ts";
import type { Deps, Feature } from "./deps.ts";

export const administration: Feature = {
  iq: [{ type: "set", ns: NS_COMMANDS, name: "command", host: true, handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const { node, action, answers, session = deps.newId() } = parseCommand(iq.payload);
  const command = administrationCommand(node);
  if (command === undefined) throw notFound("There is no such command.");
  if (!deps.administration.isAdmin(iq.from)) throw forbidden("Only administrators of the server may do that.");
  const reply = (rest: Pick<CommandReply, "status" | "actions" | "form" | "note">): Element =>
    buildCommandReply({ node, session, ...rest });
  if (action === "cancel") return reply({ status: "canceled" });
  if (action === "prev") throw badRequest("There is no stage before this one.");
  if (answers === null) return reply({ status: "executing", actions: ["complete"], form: buildForm(formOf(command)) });
  if (answers.FORM_TYPE?.[0] !== undefined && answers.FORM_TYPE[0] !== ADMINISTRATION_FORM) {
    throw badRequest(`the form is not of the type ${ADMINISTRATION_FORM}`);
  }
  try {
    return reply({ status: "completed", note: { type: "info", text: await carryOut(command, answers, iq, deps) } });
  } catch (error) {
    // What can be mended by other answers is told in the note; "later" is an error of its own.
    if (!(error instanceof StanzaError) || error.type === "wait") throw error;
    return reply({ status: "completed", note: { type: "error", text: error.message } });
  }
}

async function carryOut(
  command: AdministrationCommand,
  answers: FormAnswers,
  iq: IqRequest,
  deps: Deps,
): Promise<string> {
  const by = bareJid(iq.from);
  const { administration: orders } = deps;
  switch (command) {
    case "add-workgroup": {
      const node = required(answers, "name").toLowerCase();
      const description = (answers.description ?? []).join("\n");
      await orders.addWorkgroup({ node, description, members: membersOf(answers, deps), by });
      return `The workgroup ${node}@${deps.domain} was made.`;
    }
    case "update-workgroup": {
      const node = workgroupOf(answers, deps);
      await orders.updateWorkgroup(node, membersOf(answers, deps), by);
      return `The agents of ${node}@${deps.domain} were changed.`;
    }
    case "delete-workgroup": {
      const node = workgroupOf(answers, deps);
      await orders.deleteWorkgroup(node);
      return `The workgroup ${node}@${deps.domain} was taken away.`;
    }
    case "erase-visitor":
      return eraseVisitor(answers, by, deps);
  }
}

/** Looks first: whom an address of e-mail finds is for a person to judge. */
async function eraseVisitor(answers: FormAnswers, by: string, { erasure }: Deps): Promise<string> {
  const who = required(answers, "visitor");
  const isMeant = ["true", "1"].includes(answers.erase?.[0] ?? "");
  const kept = isMeant ? await erasure.erase(who, by) : await erasure.find(who);
  const { chats, messages, open } = kept;
  if (chats + messages + open === 0) throw notFound("Nothing is kept of such a visitor.");
  const found = `${count(chats, "chat")} and ${count(messages, "left message")}`;
  const rest = open === 0 ? "" : ` ${count(open, "chat")} not over yet: erase again later.`;
  return isMeant ? `Erased: ${found}.${rest}` : `Kept, and nothing erased yet: ${found}.${rest}`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function required(answers: FormAnswers, name: string): string {
  const value = answers[name]?.[0]?.trim() ?? "";
  if (value === "") throw notAcceptable(`"${name}" is missing.`);
  return value;
}

function workgroupOf(answers: FormAnswers, { domain }: Deps): string {
  const jid = parseJid(required(answers, "workgroup"));
  if (domainOf(jid) !== domain || localOf(jid) === "") throw notFound("There is no such workgroup.");
  return localOf(jid);
}

/** User names of this server, or whole addresses; empty lines count for nothing. */
function membersOf(answers: FormAnswers, { domain }: Deps): string[] {
  const server = domain.slice(domain.indexOf(".") + 1);
  const written = (answers.members ?? []).map((one) => one.trim()).filter((one) => one !== "");
  return [...new Set(written.map((one) => parseBareJid(one.includes("@") ? one : `${one}@${server}`)))];
}

function formOf(command: AdministrationCommand): DataForm {
  const field = (name: string, type: DataForm["fields"][number]["type"], label: string, must = false) => {
    return { var: name, type, label, required: must, options: [], values: [] };
  };
  const members = field("members", "text-multi", "User names of its agents, one a line");
  const workgroup = field("workgroup", "jid-single", "The workgroup's address", true);
  const fields = {
    "add-workgroup": [
      field("name", "text-single", "Name, the first part of its address", true),
      members,
      field("description", "text-single", "Description"),
    ],
    "update-workgroup": [workgroup, members],
    "delete-workgroup": [workgroup],
    "erase-visitor": [
      field("visitor", "text-single", "Address (XMPP or e-mail), or the id of a chat", true),
      field("erase", "boolean", "Erase now, and for ever; without this, only count"),
    ],
  }[command];
  const formType = { ...field("FORM_TYPE", "hidden", ""), values: [ADMINISTRATION_FORM] };
  return { title: ADMINISTRATION[command], instructions: "", fields: [formType, ...fields] };
}
