/** A stanza of ours that came back: its addressee is gone. */
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { child } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import type { Deps, Feature, Workgroup } from "./deps.ts";

export const unreachable: Feature = { message: handle };

async function handle(message: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(message.to);
  if (message.type !== "error" || workgroup === undefined) return false;
  if (child(message.stanza, "queue-status", NS_WORKGROUP)) {
    workgroup.post({ type: "visitor-unreachable", at: deps.now(), visitor: message.from });
  }
  const offered = offerOf(workgroup, message.id);
  if (offered) workgroup.post({ type: "offer-undelivered", at: deps.now(), ...offered, device: message.from });
  return true;
}

/** The offer that a message with this id brought to an ordinary client, while it is undecided. */
function offerOf({ committed }: Workgroup, id: string | undefined): { request: string; offer: string } | undefined {
  for (const { id: request, phase } of committed.requests.values()) {
    if (phase.name === "offered" && phase.offers.some((one) => one.id === id)) return { request, offer: id ?? "" };
  }
  return undefined;
}
