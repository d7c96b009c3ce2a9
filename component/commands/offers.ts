/** Answers of agents with ordinary clients to the chats they are offered. */
import { nameOf } from "../domain/metadata.ts";
import type { Request } from "../domain/model.ts";
import { isSignedIn } from "../features/deps.ts";
import { type Asker, refusalText } from "./asker.ts";
import { fold } from "./words.ts";

/** Whether a text is nothing but yes or no, in English or the agent's language; null when it is something else. */
export function yesOrNo({ say }: Pick<Asker, "say">, text: string): boolean | null {
  const word = fold(text);
  const isOneOf = (words: string): boolean => words.split(" ").some((one) => fold(one) === word);
  if (isOneOf(`yes y ${say("yes.words")}`)) return true;
  return isOneOf(`no ${say("no.words")}`) ? false : null;
}

/** The chat that is offered to the asking agent, if any: an agent has one undecided offer at most. */
export function offeredTo({
  workgroup,
  agent,
}: Pick<Asker, "workgroup" | "agent">): { request: Request; sentAt: number } | null {
  for (const request of workgroup.committed.requests.values()) {
    if (request.phase.name !== "offered") continue;
    const offer = request.phase.offers.find((one) => one.agent === agent);
    if (offer) return { request, sentAt: offer.sentAt };
  }
  return null;
}

/** What was offered to this agent when the service or the server stopped, and waits still. */
function recalledFor({ workgroup, agent }: Asker, named: string | null): Request | null {
  for (const request of workgroup.committed.requests.values()) {
    const { phase, id } = request;
    if (phase.name === "queued" && (phase.recalled?.includes(agent) || id === named)) return request;
  }
  return null;
}

/** Answers the offer of `named` (a request's id), or the one there is. Says what came of it. */
export async function answerOffer(asker: Asker, accepted: boolean, named: string | null = null): Promise<string> {
  const { workgroup, device, say, deps } = asker;
  const offered = offeredTo(asker);
  const at = deps.now();
  if (offered === null) {
    const recalled = recalledFor(asker, named);
    if (recalled === null) return say(named === null ? "offer.none" : "offer.gone");
    const name = nameOf(recalled.metadata);
    if (!accepted) return say("offer.rejected", { name });
    const refusal = await workgroup.ask({ type: "take-requested", at, request: recalled.id, device });
    return refusal ? refusalText(refusal, asker) : say("offer.accepted", { name });
  }
  const { request } = offered;
  if (named !== null && named !== request.id) return say("offer.gone");
  if (!isSignedIn(workgroup, device)) return say("offer.off-duty");
  const refusal = await workgroup.ask({ type: "offer-answered", at, device, offer: { id: request.id }, accepted });
  if (refusal) return refusalText(refusal, asker);
  return say(accepted ? "offer.accepted" : "offer.rejected", { name: nameOf(request.metadata) });
}
