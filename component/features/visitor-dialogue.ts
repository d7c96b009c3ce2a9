/**
 * A visitor with nothing but an XMPP client: whoever is no agent and writes to the workgroup is asked for what the form
 * requires, queued, told the place in words, and invited to the room when somebody takes the chat.
 */
import { bareJid, localOf } from "../../protocol/jid.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, childText, xml } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { answer, begin, type Turn } from "../dialogue/asking.ts";
import { goAway } from "../dialogue/commands.ts";
import { enqueue, placeText, requestOf, takesVisitors } from "../dialogue/joining.ts";
import { isCancel, yesOrNo } from "../dialogue/words.ts";
import type { Request } from "../domain/model.ts";
import { type Language, languageOf, sayIn, type TextKey } from "../texts/index.ts";
import { addressOf, type Deps, type Feature, isAgent, type Workgroup } from "./deps.ts";
import { keepMessage } from "./messages.ts";

export const visitorDialogue: Feature = { message: handle };

/** One message of a visitor, and where its answer goes. */
type Said = {
  workgroup: Workgroup;
  visitor: string;
  key: string;
  id: string;
  text: string;
  lang: Language;
  deps: Deps;
};

const ORDINARY = new Set(["", "normal", "chat"]);

async function handle({ from, to, type, id, stanza }: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(to);
  const text = childText(stanza, "body")?.trim() ?? "";
  const isPerson = localOf(from) !== "";
  if (workgroup === undefined || !ORDINARY.has(type) || text === "" || !isPerson) return false;
  if (isAgent(workgroup, from)) return false;
  const key = `${workgroup.node} ${bareJid(from)}`;
  const lang = languageOf(attr(stanza, "xml:lang") ?? "") ?? "en";
  const said: Said = { workgroup, visitor: from, key, id: id ?? deps.newId(), text, lang, deps };
  // Two programs that answer each other would never stop: one word of warning, then silence.
  const pace = deps.pace.of(key, deps.now());
  if (pace === "warn") reply(said, "too-fast");
  if (pace !== "fine") return true;
  try {
    await hear(said);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    reply(said, error.condition === "policy-violation" ? "too-fast" : "visitor.failed");
  }
  return true;
}

async function hear(said: Said): Promise<void> {
  const { workgroup, visitor, key, text, lang, deps } = said;
  const request = requestOf(workgroup, visitor);
  if (request) return request.room === "open" || !isQueued(request) ? inChat(said, request) : inQueue(said, request);
  const expected = deps.dialogues.expected(key, deps.now());
  if (isCancel(text)) {
    expectNothing(said);
    return reply(said, "visitor.cancelled");
  }
  if (expected?.kind === "keep-question") return keepOrDrop(said, expected.question);
  if (expected?.kind === "field") return go(said, answer(expected.asking, text));
  if (!takesVisitors(workgroup)) {
    deps.dialogues.expect(key, { kind: "keep-question", question: text }, deps.now());
    return reply(said, "visitor.closed.leave");
  }
  return go(said, begin(workgroup.committed.settings.form.fields, text, lang));
}

const isQueued = ({ phase }: Request): boolean => phase.name === "queued" || phase.name === "offered";

async function go(said: Said, turn: Turn): Promise<void> {
  const { key, deps } = said;
  if (turn.kind === "complete") return join(said, turn);
  deps.dialogues.expect(key, { kind: "field", asking: turn.asking }, deps.now());
  write(said, turn.text);
}

async function join(said: Said, { lang, answers }: Extract<Turn, { kind: "complete" }>): Promise<void> {
  const { workgroup, visitor, deps } = said;
  expectNothing(said);
  const wrong = await enqueue(workgroup, { visitor, answers, lang }, deps);
  if (wrong !== undefined) reply(said, wrong);
}

async function inQueue(said: Said, request: Request): Promise<void> {
  const { workgroup, text, lang, deps } = said;
  const { visitor } = request;
  // That it has left is told with the leaving itself.
  if (isCancel(text)) return void (await goAway(workgroup, visitor, deps));
  const refusal = await workgroup.ask({ type: "words-added", at: deps.now(), visitor, text });
  if (refusal?.code === "question-full") return reply(said, "visitor.queue.enough");
  if (refusal) return inChat(said, request);
  write(said, `${sayIn(lang)("visitor.queue.noted")} ${placeText(workgroup, request.id, lang)}`);
}

async function inChat(said: Said, request: Request): Promise<void> {
  const { workgroup, text, visitor, deps } = said;
  if (isCancel(text)) return reply(said, await goAway(workgroup, request.visitor, deps));
  if (request.phase.name === "opening-room" && request.room === "none") return reply(said, "visitor.room.soon");
  deps.inviteVisitor(request.id, visitor);
  reply(said, "visitor.room.open", { room: `xmpp:${request.id}@${deps.rooms}?join` });
}

async function keepOrDrop(said: Said, question: string): Promise<void> {
  const { workgroup, visitor, id: key, deps } = said;
  const answer = yesOrNo(said.text);
  if (answer === null) return reply(said, "visitor.again.yes-no");
  expectNothing(said);
  if (!answer) return reply(said, "visitor.closed.dropped");
  const address = bareJid(visitor);
  await keepMessage(
    workgroup,
    { key, name: localOf(visitor), email: `xmpp:${address}`, text: question },
    address,
    deps,
  );
  reply(said, "visitor.closed.kept");
}

const expectNothing = ({ key, deps }: Said): void => deps.dialogues.forget(key);

function reply(said: Said, text: TextKey, values: Record<string, string> = {}): void {
  write(said, sayIn(said.lang)(text, values));
}

function write({ workgroup, visitor: to, lang, deps }: Said, body: string): void {
  const from = addressOf(workgroup, deps);
  deps.send(xml("message", { from, to, type: "chat", "xml:lang": lang }, xml("body", {}, body)));
}
