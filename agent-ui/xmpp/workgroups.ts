/** The workgroups an agent serves: which they are, signing in to them, and what they tell of their queues. */
import { parseForm } from "../../protocol/data-form.ts";
import { buildInfoRequest, parseInfo } from "../../protocol/disco.ts";
import { bareJid, resourceOf } from "../../protocol/jid.ts";
import { NS_DATA_FORM, NS_QUEUE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import {
  buildAgentInfoRequest,
  buildAgentRosterRequest,
  buildAgentStatus,
  buildWorkgroupsRequest,
  parseAgentInfo,
  parseAgentRoster,
  parseWorkgroups,
} from "../../protocol/workgroup/agent.ts";
import { buildWorkgroupFormRequest } from "../../protocol/workgroup/join.ts";
import { buildMessagesRequest, parseMessages } from "../../protocol/workgroup/messages.ts";
import { parseNotifyQueue, parseWaiting } from "../../protocol/workgroup/queue.ts";
import { attr, child, type Element, xml } from "../../protocol/xml.ts";
import type { Wire } from "./wire.ts";

const NAME_MS = 5000;
/** A workgroup that does not answer our presence is asked again after this time. */
const AGAIN_MS = 10_000;
/** One that bounced it, as while its service restarts, sooner. */
const BOUNCED_AGAIN_MS = 2000;

export type Workgroups = {
  /**
   * The workgroups' bare addresses; empty for somebody who is no agent.
   * Rejects with StanzaError when the service does not answer.
   */
  find(service: string): Promise<string[]>;
  /** How the workgroup calls us; the local part of the address, capitalised, when it does not say. */
  ownName(workgroup: string | undefined): Promise<string>;
  /** Tells server and workgroups what we are now, and asks for what a workgroup knows when it is new to us. */
  announce(): void;
  /** Whether the presence was a workgroup's. */
  presence(stanza: Element): boolean;
  /** Leaves every workgroup. */
  signOut(): void;
  stop(): void;
};

export function createWorkgroups(wire: Wire): Workgroups {
  const toldAt = new Map<string, number>();
  const described = new Set<string>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  async function find(service: string): Promise<string[]> {
    try {
      const answer = await wire.session.request("get", service, buildWorkgroupsRequest(wire.session.jid));
      return answer ? parseWorkgroups(answer) : [];
    } catch (error) {
      const refusals = ["not-authorized", "forbidden", "item-not-found"];
      if (error instanceof StanzaError && refusals.includes(error.condition)) return [];
      throw error;
    }
  }

  async function ownName(workgroup: string | undefined): Promise<string> {
    const local = bareJid(wire.session.jid).split("@")[0] ?? "";
    const fallback = local.charAt(0).toLocaleUpperCase() + local.slice(1);
    if (workgroup === undefined) return fallback;
    try {
      const info = await wire.session.request("get", workgroup, buildAgentInfoRequest(), NAME_MS);
      return (info && parseAgentInfo(info).name) || fallback;
    } catch {
      return fallback; // Optional in the protocol: a service need not know it.
    }
  }

  function presenceOf(to: string | undefined): Element {
    const { show, maxChats } = wire.state.status;
    return xml(
      "presence",
      { to },
      show !== "available" && xml("show", {}, show),
      to !== undefined && buildAgentStatus(maxChats === null ? {} : { maxChats }),
    );
  }

  function announce(): void {
    wire.session.send(presenceOf(undefined));
    for (const { jid } of wire.state.workgroups) tell(jid);
  }

  function tell(jid: string): void {
    clearTimeout(timers.get(jid));
    toldAt.set(jid, wire.now());
    timers.set(
      jid,
      setTimeout(() => {
        wire.dispatch({ type: "workgroup-told", jid, facts: { reach: "away" } });
        tell(jid);
      }, AGAIN_MS),
    );
    if (!wire.session.send(presenceOf(jid))) return clearTimeout(timers.get(jid));
    if (!described.has(jid)) void describe(jid);
  }

  /** What a workgroup knows and seldom changes. Whatever it does not tell, the screen does without. */
  async function describe(jid: string): Promise<void> {
    described.add(jid);
    const ask = (payload: Element): Promise<Element | undefined> =>
      wire.session.request("get", jid, payload).catch(() => undefined);
    const [info, form, roster, messages] = await Promise.all([
      ask(buildInfoRequest()),
      ask(buildWorkgroupFormRequest()),
      ask(buildAgentRosterRequest()),
      ask(buildMessagesRequest()),
    ]);
    const title = info && parseInfo(info).identities[0]?.name;
    if (!info) described.delete(jid);
    const colleagues = roster ? parseAgentRoster(roster).flatMap(({ name }) => (name === "" ? [] : [name])) : [];
    const facts = { ...(title ? { title } : {}), ...(form ? { labels: labelsOf(form) } : {}), colleagues };
    wire.dispatch({ type: "workgroup-told", jid, facts });
    if (messages) wire.dispatch({ type: "messages-listed", workgroup: jid, messages: parseMessages(messages) });
  }

  function presence(stanza: Element): boolean {
    const from = attr(stanza, "from") ?? "";
    const jid = bareJid(from);
    if (!wire.state.workgroups.some((one) => one.jid === jid)) return false;
    if (attr(stanza, "type") === "error") {
      // Its service is away or will not have us.
      wire.dispatch({ type: "workgroup-told", jid, facts: { reach: "away" } });
      clearTimeout(timers.get(jid));
      timers.set(
        jid,
        setTimeout(() => tell(jid), BOUNCED_AGAIN_MS),
      );
      return true;
    }
    if (resourceOf(from) === "") {
      // Announced by itself, as after a restart: it may not know us any more. Its answers to us come from its queue.
      const isAway = wire.state.workgroups.some((one) => one.jid === jid && one.reach === "away");
      if (isAway || wire.now() - (toldAt.get(jid) ?? 0) > AGAIN_MS) tell(jid);
      return true;
    }
    clearTimeout(timers.get(jid));
    const queue = child(stanza, "notify-queue", NS_WORKGROUP);
    const waiting = child(stanza, "waiting", NS_QUEUE);
    if (queue) wire.dispatch({ type: "queue-told", workgroup: jid, queue: parseNotifyQueue(queue) });
    if (waiting) wire.dispatch({ type: "waiting-told", workgroup: jid, waiting: parseWaiting(waiting) });
    return true;
  }

  function stop(): void {
    for (const timer of timers.values()) clearTimeout(timer);
  }

  return {
    find,
    ownName,
    announce,
    presence,
    signOut() {
      for (const { jid } of wire.state.workgroups) {
        wire.session.send(xml("presence", { to: jid, type: "unavailable" }, buildAgentStatus()));
      }
    },
    stop,
  };
}

function labelsOf(workgroupForm: Element): Record<string, string> {
  const x = child(workgroupForm, "x", NS_DATA_FORM);
  try {
    const fields = x ? parseForm(x).fields : [];
    return Object.fromEntries(fields.flatMap(({ var: name, label }) => (label === "" ? [] : [[name, label]])));
  } catch {
    return {}; // A form we cannot read only costs its labels.
  }
}
