/**
 * An agent writes to the workgroup with an ordinary client: answers to offers, and commands in words. Messages of everybody
 * else are passed on to the features that follow: a visitor's dialogue, and stanzas of ours that came back.
 */
import { buildBotMessage, parseChatMessage } from "../../protocol/bot-message.ts";
import { bareJid } from "../../protocol/jid.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import { type Asker, askerOf, present, type Reply } from "../commands/asker.ts";
import { hear } from "../commands/hear.ts";
import { addressOf, type Deps, type Feature, isAgent } from "./deps.ts";

export const chatMessages: Feature = { message: handle };

async function handle(message: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(message.to);
  if (workgroup === undefined || !isAgent(workgroup, message.from)) return false;
  const said = parseChatMessage(message.stanza);
  if (said === null) return false;
  const asker = askerOf(workgroup, message.from, said.lang, deps);
  const pace = deps.pace.of(`${workgroup.node} ${bareJid(message.from)}`, deps.now());
  // Two programs that answer each other would never stop: one word of warning, then silence.
  if (pace !== "fine") return pace === "silent" || answer(asker, { text: asker.say("too-fast") });
  await present(asker);
  try {
    const reply = await hear(asker, said);
    if (reply) answer(asker, reply);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    answer(asker, { text: asker.say("failed") });
  }
  return true;
}

function answer({ workgroup, device: to, lang, deps }: Asker, { text, quick = [] }: Reply): true {
  deps.send(buildBotMessage({ from: addressOf(workgroup, deps), to, lang, text, quick }));
  return true;
}
