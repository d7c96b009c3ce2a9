/**
 * Finds agents again after we were away: a client that was signed in and still answers a ping is signed in.
 * Clients that went meanwhile told nobody; those that came will sign in themselves.
 */
import { buildPing } from "../../protocol/ping.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";
import type { Device } from "../domain/model.ts";
import type { Workgroup } from "./workgroup.ts";

const ANSWER_MS = 10_000;

export async function findDevice(
  workgroup: Workgroup,
  device: Device,
  { link, from, now }: { link: ComponentLink; from: string; now(): number },
): Promise<void> {
  try {
    await link.request({ from, to: device.jid, type: "get", payload: buildPing(), timeoutMs: ANSWER_MS });
  } catch (error) {
    // A client that knows no ping is there all the same (XEP-0199 §4.2 has it answer so); a server answers otherwise.
    if (!(error instanceof StanzaError && error.condition === "feature-not-implemented")) return;
  }
  const { jid, show, maxChats } = device;
  workgroup.post({ type: "agent-signed-in", at: now(), device: jid, show, maxChats });
}
