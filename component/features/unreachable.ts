/** A stanza of ours that came back: its addressee is gone. */
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { child } from "../../protocol/xml.ts";
import type { Incoming } from "../../runtime/xmpp/features.ts";
import type { Deps, Feature } from "./deps.ts";

export const unreachable: Feature = { message: handle };

async function handle(message: Incoming, deps: Deps): Promise<boolean> {
  const workgroup = deps.workgroups.at(message.to);
  if (message.type !== "error" || workgroup === undefined) return false;
  if (child(message.stanza, "queue-status", NS_WORKGROUP)) {
    workgroup.post({ type: "visitor-unreachable", at: deps.now(), visitor: message.from });
  }
  return true;
}
