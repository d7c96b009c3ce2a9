/** Ad-hoc commands (XEP-0050): one stage of a command as it is asked, and what it is answered. */
import { type FormAnswers, parseAnswers } from "./data-form.ts";
import { NS_COMMANDS, NS_DATA_FORM } from "./ns.ts";
import { badRequest } from "./stanza-error.ts";
import { attr, child, type Element, xml } from "./xml.ts";

export const COMMAND_ACTIONS = ["execute", "next", "prev", "complete", "cancel"] as const;
export type CommandAction = (typeof COMMAND_ACTIONS)[number];

/** `session` is absent at the first stage; `answers` are null when no form was sent, or one that was given up. */
export type CommandRequest = {
  node: string;
  action: CommandAction;
  session: string | undefined;
  answers: FormAnswers | null;
};

/** @throws StanzaError `bad-request`: no node, or an action that there is not */
export function parseCommand(el: Element): CommandRequest {
  const [node, action] = [attr(el, "node"), attr(el, "action") ?? "execute"];
  if (node === undefined) throw badRequest("a command needs a 'node'");
  if (!isAction(action)) throw badRequest(`there is no action "${action.slice(0, 20)}"`);
  const form = child(el, "x", NS_DATA_FORM);
  const submitted = form !== undefined && attr(form, "type") === "submit";
  return { node, action, session: attr(el, "sessionid"), answers: submitted ? parseAnswers(form) : null };
}

function isAction(text: string): text is CommandAction {
  return COMMAND_ACTIONS.some((one) => one === text);
}

/** `action` is left out for the first stage, as most clients do. */
export function buildCommand(of: { node: string; action?: CommandAction; session?: string; form?: Element }): Element {
  return xml("command", { xmlns: NS_COMMANDS, node: of.node, sessionid: of.session, action: of.action }, of.form);
}

export type CommandNote = { type: "info" | "warn" | "error"; text: string };
export type CommandReply = {
  node: string;
  session: string;
  status: "executing" | "completed" | "canceled";
  /** What may be done next beside cancelling, the usual one first. */
  actions?: readonly ("next" | "prev" | "complete")[];
  form?: Element;
  note?: CommandNote;
};

export function buildCommandReply({ node, session, status, actions = [], form, note }: CommandReply): Element {
  return xml(
    "command",
    { xmlns: NS_COMMANDS, node, sessionid: session, status },
    actions.length > 0 && xml("actions", { execute: actions[0] }, ...actions.map((one) => xml(one))),
    note && xml("note", { type: note.type }, note.text),
    form,
  );
}

/** The part of a reply that has a meaning of its own: how it stands, and what is noted. */
export function parseCommandReply(el: Element): Pick<CommandReply, "status" | "note"> & { session: string } {
  const status = attr(el, "status");
  const note = child(el, "note", NS_COMMANDS);
  const type = note ? (attr(note, "type") ?? "info") : "info";
  return {
    session: attr(el, "sessionid") ?? "",
    status: status === "executing" || status === "canceled" ? status : "completed",
    ...(note && { note: { type: type === "warn" || type === "error" ? type : "info", text: note.text() } }),
  };
}
