/** Who gives a command, and what an answer is. */
import { bareJid } from "../../protocol/jid.ts";
import { maxChatsOf } from "../domain/dispatcher.ts";
import type { Refusal } from "../domain/events.ts";
import { agentName, type Deps, type Workgroup } from "../features/deps.ts";
import { type Language, languageOf, type Say, sayIn } from "../texts/index.ts";

/** An agent of `workgroup`. `agent` is the bare address, `device` the full one. */
export type Asker = {
  workgroup: Workgroup;
  agent: string;
  device: string;
  name: string;
  lang: Language;
  say: Say;
  deps: Deps;
};

/** What is said back. `quick`: answers that a client may show as buttons. */
export type Reply = { text: string; quick?: readonly { value: string; label: string }[] };

/** `lang` is the tag on the stanza, or "": then what was known of the agent before counts. A language said is remembered. */
export function askerOf(workgroup: Workgroup, device: string, lang: string, deps: Deps): Asker {
  const agent = bareJid(device);
  const known = deps.contacts.find(workgroup.node, agent)?.lang ?? null;
  const chosen = known === null ? languageOf(lang) : null;
  if (chosen !== null) deps.contacts.note(workgroup, agent, { lang: chosen });
  const spoken = chosen ?? languageOf(known ?? "") ?? "en";
  return { workgroup, agent, device, name: agentName(workgroup, agent), lang: spoken, say: sayIn(spoken), deps };
}

/** A refusal of the domain as a plain sentence. */
export function refusalText(
  refusal: Refusal,
  { say, workgroup, agent }: Pick<Asker, "say" | "workgroup" | "agent">,
): string {
  switch (refusal.code) {
    case "not-signed-in":
    case "not-an-agent":
      return say("offer.off-duty");
    case "no-such-offer":
      return say("offer.none");
    case "offer-gone":
    case "not-waiting":
      return say("offer.gone");
    case "no-such-session":
      return say("chats.gone");
    case "agent-busy":
      return say("refused.busy", { most: maxChatsOf(workgroup.committed, agent) });
    case "not-yours":
    case "no-such-workgroup":
    case "nobody-there":
    case "already-there":
    case "is-visitor":
    case "handover-pending":
    case "not-blocked":
      return say(`refused.${refusal.code}`);
    default:
      return say("failed");
  }
}
