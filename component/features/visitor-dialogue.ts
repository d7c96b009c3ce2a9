/**
 * A visitor with nothing but an XMPP client: whoever is no agent and writes to the workgroup is asked for what the form
 * requires, queued, told the place in words, and invited to the room when somebody takes the chat.
 */
import { bareJid, localOf } from "../../protocol/jid.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, childText, xml } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { answer, begin, type Turn } from "../dialogue/asking.ts";
import { type DialogueKey, isCancel, type Language, languageOf, queueText, say, yesOrNo } from "../dialogue/texts.ts";
import { availability, expectedWaitMs, positionOf } from "../domain/dispatcher.ts";
import { cleanMetadata } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
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
  // Two programs that answer each other would never stop.
  if (!deps.dialogues.hears(key, deps.now())) return true;
  const lang = languageOf(attr(stanza, "xml:lang"));
  const said: Said = { workgroup, visitor: from, key, id: id ?? deps.newId(), text, lang, deps };
  try {
    await hear(said);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    reply(said, "failed");
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
    return reply(said, "cancelled");
  }
  if (expected?.kind === "keep-question") return keepOrDrop(said, expected.question);
  if (expected?.kind === "field") return go(said, answer(expected.asking, text));
  if (workgroup.committed.removed || availability(workgroup.committed) !== "open") {
    deps.dialogues.expect(key, { kind: "keep-question", question: text }, deps.now());
    return reply(said, "closed.leave");
  }
  return go(said, begin(workgroup.committed.settings.form.fields, text, lang));
}

/** One visitor is one request, from whichever of the clients it writes. */
function requestOf({ committed }: Workgroup, visitor: string): Request | undefined {
  const own = bareJid(visitor);
  return [...committed.requests.values()].find((request) => bareJid(request.visitor) === own);
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
  const id = deps.newId();
  const userId = bareJid(visitor);
  const metadata = cleanMetadata({ username: [localOf(visitor)] }, answers);
  const refusal = await workgroup.ask({
    type: "join-requested",
    at: deps.now(),
    id,
    visitor,
    userId,
    metadata,
    dialogue: lang,
  });
  if (refusal?.code === "queue-full") return reply(said, "queue.full");
  if (refusal?.code === "closed") return reply(said, "left.closed");
  if (refusal) return reply(said, "failed");
  // The place, in words: from now on every change of it is told likewise.
  deps.tellVisitor(workgroup, id);
}

async function inQueue(said: Said, request: Request): Promise<void> {
  const { workgroup, text, lang, deps } = said;
  const { visitor } = request;
  if (isCancel(text)) {
    const refusal = await workgroup.ask({ type: "depart-requested", at: deps.now(), visitor });
    // A refusal: somebody took the chat in this very moment. That it has ended is told with the end itself.
    return refusal && inChat(said, request);
  }
  const refusal = await workgroup.ask({ type: "words-added", at: deps.now(), visitor, text });
  if (refusal?.code === "question-full") return reply(said, "queue.enough");
  if (refusal) return inChat(said, request);
  write(said, `${say(lang, "queue.noted")} ${place(workgroup, request.id, lang)}`);
}

async function inChat(said: Said, request: Request): Promise<void> {
  const { workgroup, text, visitor, deps } = said;
  if (isCancel(text)) {
    await workgroup.ask({ type: "end-requested", at: deps.now(), request: request.id, by: request.visitor });
    return reply(said, "chat.ended");
  }
  if (request.phase.name === "opening-room" && request.room === "none") return reply(said, "room.soon");
  deps.inviteVisitor(request.id, visitor);
  reply(said, "room.open", { room: `xmpp:${request.id}@${deps.rooms}?join` });
}

async function keepOrDrop(said: Said, question: string): Promise<void> {
  const { workgroup, visitor, id: key, deps } = said;
  const answer = yesOrNo(said.text);
  if (answer === null) return reply(said, "again.yes-no");
  expectNothing(said);
  if (!answer) return reply(said, "closed.dropped");
  const address = bareJid(visitor);
  await keepMessage(
    workgroup,
    { key, name: localOf(visitor), email: `xmpp:${address}`, text: question },
    address,
    deps,
  );
  reply(said, "closed.kept");
}

function place({ committed }: Workgroup, request: string, lang: Language): string {
  const position = positionOf(committed, request) ?? 1;
  return queueText(lang, { position, waitMs: expectedWaitMs(committed, position), moved: false });
}

const expectNothing = ({ key, deps }: Said): void => deps.dialogues.expect(key, null, deps.now());

function reply(said: Said, text: DialogueKey, values: Record<string, string> = {}): void {
  write(said, say(said.lang, text, values));
}

function write({ workgroup, visitor: to, lang, deps }: Said, body: string): void {
  const from = addressOf(workgroup, deps);
  deps.send(xml("message", { from, to, type: "chat", "xml:lang": lang }, xml("body", {}, body)));
}
