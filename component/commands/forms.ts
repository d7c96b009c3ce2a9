/**
 * The commands as ad-hoc commands with forms (XEP-0050): a stage asks for everything that can be asked for by then, and what
 * goes without saying is not asked. What cannot be undone has a last stage that asks whether it is meant.
 */
import { buildCommandReply, type CommandReply, type CommandRequest } from "../../protocol/ad-hoc.ts";
import { buildForm, type DataForm, type FormAnswers, type FormField } from "../../protocol/data-form.ts";
import { badRequest, forbidden, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Asker, Reply } from "./asker.ts";
import type { Argument, Choice, Command, Values } from "./command.ts";
import type { FormSession } from "./form-sessions.ts";
import { titleOf } from "./help.ts";
import { commands } from "./table.ts";

const PREFIX = "urn:foyer:command:";
const nodeOf = ({ name }: Command): string => `${PREFIX}${name}`;
const SURE = "sure";

/** The commands that this agent may give just now, for disco#items. */
export const listCommands = (asker: Asker): { node: string; name: string }[] =>
  commands
    .filter((command) => mayNow(asker, command))
    .map((command) => ({ node: nodeOf(command), name: asker.say(titleOf(command.name)) }));

const mayNow = (asker: Asker, { may }: Command): boolean => may?.(asker) ?? true;

/** One stage of a command. @throws StanzaError as XEP-0050 §4 has it */
export async function carryOut(asker: Asker, request: CommandRequest): Promise<Element> {
  const { node, action, session: id, answers } = request;
  const { deps, device } = asker;
  const command = commands.find((one) => nodeOf(one) === node);
  if (command === undefined) throw notFound("There is no such command.");
  if (id === undefined) return begin(asker, command, action);
  const session = deps.forms.find(id, device, deps.now());
  if (session === undefined || session.node !== nodeIn(asker, command)) {
    throw new StanzaError("cancel", "not-allowed", "This command is over. Please begin anew.");
  }
  if (action === "cancel") {
    deps.forms.end(id);
    return buildCommandReply({ node, session: id, status: "canceled" });
  }
  if (action === "prev") throw badRequest("There is no way back; cancel and begin anew.");
  if (answers === null) return stage(asker, command, session);
  if (answers.FORM_TYPE?.[0] !== node) throw badRequest(`the form is not of the type ${node}`);
  return proceed(asker, command, session, answers);
}

/** A session belongs to one workgroup's command. */
const nodeIn = ({ workgroup }: Asker, command: Command): string => `${workgroup.node} ${command.name}`;

async function begin(asker: Asker, command: Command, action: CommandRequest["action"]): Promise<Element> {
  if (action !== "execute") throw badRequest(`nothing is under way that could ${action}`);
  if (!mayNow(asker, command)) throw forbidden(asker.say("cmd.not-now"));
  const { device, deps } = asker;
  const of = { id: deps.newId(), device, node: nodeIn(asker, command), command: command.name, at: deps.now() };
  return stage(asker, command, { ...of, values: {}, asked: [], confirming: false });
}

/** Asks for what is missing, or does it. `wrong`: what was amiss with the answers before. */
async function stage(asker: Asker, command: Command, before: FormSession, wrong?: string): Promise<Element> {
  const { deps, say } = asker;
  const { session, open } = await whatIsOpen(asker, command, before);
  if ("text" in open) return finish(asker, command, session, open);
  if (open.length === 0 && !command.confirm)
    return finish(asker, command, session, await command.run(asker, session.values));
  const confirming = open.length === 0;
  const fields = open.map(({ argument, choices }) => fieldOf(asker, argument, choices));
  const sure: FormField = {
    var: SURE,
    type: "boolean",
    label: say("ask.sure"),
    required: true,
    options: [],
    values: [],
  };
  const form: DataForm = {
    title: say(titleOf(command.name)),
    instructions: confirming ? (command.confirm?.(asker, session.values) ?? "") : "",
    fields: [hidden("FORM_TYPE", nodeOf(command)), ...(confirming ? [sure] : fields)],
  };
  deps.forms.keep({ ...session, confirming, at: deps.now() });
  return buildCommandReply({
    node: nodeOf(command),
    session: session.id,
    status: "executing",
    actions: isLast(command, session, open) ? ["complete"] : ["next"],
    form: buildForm(form),
    ...(wrong !== undefined && { note: { type: "error", text: wrong } }),
  });
}

type Open = { argument: Argument; choices: readonly Choice[] };

/** Whether nothing will be asked for after these. */
function isLast({ args, confirm }: Command, { asked }: FormSession, open: readonly Open[]): boolean {
  if (open.length === 0) return true;
  return confirm === undefined && asked.length + open.length >= args.length;
}

/** The arguments that can be asked for now. One that goes without saying becomes a value; nothing to choose from ends it. */
async function whatIsOpen(asker: Asker, command: Command, before: FormSession) {
  const known = (name: string): boolean => before.asked.includes(name);
  const ready = command.args.filter(({ name, after = [] }) => !known(name) && after.every(known));
  let session = before;
  const open: Open[] = [];
  for (const argument of ready) {
    const choices = (await argument.choices?.(asker, session.values)) ?? [];
    const [sole] = choices;
    if (argument.choices && choices.length === 0) {
      if (!argument.optional) return { session, open: { text: asker.say(argument.none ?? "choose.none") } };
      session = { ...session, asked: [...session.asked, argument.name] };
    } else if (argument.sole && choices.length === 1 && sole) {
      const values = { ...session.values, [argument.name]: sole.value };
      session = { ...session, values, asked: [...session.asked, argument.name] };
    } else open.push({ argument, choices });
  }
  return { session, open };
}

async function proceed(asker: Asker, command: Command, session: FormSession, answers: FormAnswers): Promise<Element> {
  if (session.confirming) {
    const isSure = ["1", "true"].includes(answers[SURE]?.[0] ?? "");
    const reply = isSure ? await command.run(asker, session.values) : { text: asker.say("cancelled") };
    return finish(asker, command, session, reply);
  }
  const { session: current, open } = await whatIsOpen(asker, command, session);
  if ("text" in open) return finish(asker, command, session, open);
  let values: Values = current.values;
  for (const { argument, choices } of open) {
    const { name } = argument;
    const answer = (answers[name] ?? []).join("\n").trim();
    const wrong = mistakeIn(asker, argument, choices, answer);
    if (wrong !== null) return stage(asker, command, session, wrong);
    if (answer !== "") values = { ...values, [name]: answer };
  }
  const asked = [...current.asked, ...open.map(({ argument }) => argument.name)];
  return stage(asker, command, { ...current, values, asked });
}

function mistakeIn(asker: Asker, argument: Argument, choices: readonly Choice[], answer: string): string | null {
  const { say } = asker;
  const label = say(argument.label);
  if (answer === "") return argument.optional ? null : say("form.missing", { label });
  if (!argument.choices) return argument.mistake?.(asker, answer) ?? null;
  return choices.some(({ value }) => value === answer) ? null : say("form.no-choice", { label });
}

/** One line is a note; more are a form to be read. */
function finish(asker: Asker, command: Command, { id }: FormSession, { text }: Reply): Element {
  asker.deps.forms.end(id);
  const node = nodeOf(command);
  const done: CommandReply = { node, session: id, status: "completed" };
  const lines = text.split("\n");
  if (lines.length === 1) return buildCommandReply({ ...done, note: { type: "info", text } });
  const result: FormField = {
    var: "result",
    type: "text-multi",
    label: "",
    required: false,
    options: [],
    values: lines,
  };
  const form = {
    title: asker.say(titleOf(command.name)),
    instructions: "",
    fields: [hidden("FORM_TYPE", node), result],
  };
  return buildCommandReply({ ...done, form: buildForm(form, "result") });
}

const hidden = (name: string, value: string): FormField => {
  return { var: name, type: "hidden", label: "", required: false, options: [], values: [value] };
};

function fieldOf({ say }: Asker, argument: Argument, choices: readonly Choice[]): FormField {
  const { name, optional = false, kind } = argument;
  const types = { choice: "list-single", line: "text-single", text: "text-multi" } as const;
  const options = choices.map(({ label, value }) => ({ label, value }));
  return { var: name, type: types[kind], label: say(argument.label), required: !optional, options, values: [] };
}
