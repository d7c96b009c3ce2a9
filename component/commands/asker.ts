/** Who gives a command, and what an answer is. */
import { bareJid } from "../../protocol/jid.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import { maxChatsOf } from "../domain/dispatcher.ts";
import type { Refusal } from "../domain/events.ts";
import { agentName, type Deps, isSignedIn, type Workgroup } from "../features/deps.ts";
import { GUESSED, type Language, languageOf, type Say, sayIn } from "../texts/index.ts";

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

/**
 * `lang` is the tag on the stanza, or "". A language that the agent chose counts more than what its client writes; what it
 * writes is remembered, for what is said unasked.
 */
export function askerOf(workgroup: Workgroup, device: string, lang: string, deps: Deps): Asker {
  const agent = bareJid(device);
  const known = deps.contacts.find(workgroup.node, agent)?.lang ?? null;
  const isChosen = known !== null && !known.startsWith(GUESSED);
  const written = isChosen ? null : languageOf(lang);
  if (written !== null) deps.contacts.note(workgroup, agent, { lang: `${GUESSED}${written}` });
  const spoken = written ?? languageOf(known ?? "") ?? "en";
  return { workgroup, agent, device, name: agentName(workgroup, agent), lang: spoken, say: sayIn(spoken), deps };
}

/** The language tag on the stanza that holds this payload; "" when there is none. */
export const langOf = (payload: Element): string =>
  attr(payload, "xml:lang") ?? (payload.parent === null ? undefined : attr(payload.parent, "xml:lang")) ?? "";

/** Who writes is there, though its presence may not have come yet, as when we were away. Its show is still to be learnt. */
export async function present({ workgroup, device, deps }: Asker): Promise<void> {
  const { contacts, duty } = deps;
  if (isSignedIn(workgroup, device) || duty.hasLeft(workgroup.node, device)) return;
  const contact = contacts.find(workgroup.node, device);
  if (!contact?.granted) return;
  const { maxChats } = contact;
  await workgroup.ask({ type: "agent-signed-in", at: deps.now(), device, show: "away", maxChats, plain: true });
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
