/**
 * The agents' roster (reference 4.4): a signed-in client that asked for it is told how each colleague is, now and at every
 * later change, until it signs out. Each client of a colleague is one presence, in that client's own name (R-37). Changes are
 * coalesced: whatever happens, an announcement tells each colleague's state once.
 */

import { domainOf } from "../../protocol/jid.ts";
import { buildColleagueGone, buildColleagueStatus, type RunningChat } from "../../protocol/workgroup/agent.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import type { Timers } from "../../runtime/timers.ts";
import { maxChatsOf, occupiedAgents } from "../domain/capacity.ts";
import { emailOf, nameOf, questionOf } from "../domain/metadata.ts";
import type { WorkgroupState } from "../domain/model.ts";
import { bareOf } from "../domain/people.ts";

const PAUSE_MS = 200;

export type RosterDeps = {
  domain: string;
  now(): number;
  timers: Timers;
  /** Sends without waiting. What cannot leave is lost with the link, and with it everybody's sign-in. */
  send(stanza: Element): void;
};

/** A workgroup as it is saved: what others may be told. */
type Desk = { readonly node: string; readonly committed: WorkgroupState };

/** A client that asked. `since`: its sign-in; `told`: the clients of colleagues that it takes to be signed in. */
type Follower = { jid: string; since: number; told: Set<string> };

export class Roster {
  readonly #deps: RosterDeps;
  readonly #followers = new Map<string, Map<string, Follower>>();
  /** Agents of whom there is news, by workgroup. */
  readonly #due = new Map<string, Set<string>>();

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  /** A signed-in client asks. It is told of all colleagues in a moment, after the answer to its request. */
  follow(workgroup: Desk, jid: string): void {
    const since = signedInSince(workgroup.committed, jid);
    if (since === null) return;
    const follower = { jid, since, told: new Set<string>() };
    const followers = this.#followers.get(workgroup.node) ?? new Map<string, Follower>();
    this.#followers.set(workgroup.node, followers.set(jid, follower));
    this.#deps.timers.start(`roster:${workgroup.node}:${jid}`, this.#deps.now(), () => {
      if (signedInSince(workgroup.committed, jid) !== since) return;
      for (const agent of workgroup.committed.agents.keys()) this.#tell(workgroup, agent, [follower]);
    });
  }

  /** Something about an agent (bare address) changed: its clients, its load, its limit. */
  changed(workgroup: Desk, agent: string): void {
    const { node } = workgroup;
    const due = this.#due.get(node);
    if (due) {
      due.add(agent);
      return;
    }
    this.#due.set(node, new Set([agent]));
    this.#deps.timers.start(`roster:${node}`, this.#deps.now() + PAUSE_MS, () => {
      const agents = this.#due.get(node) ?? [];
      this.#due.delete(node);
      for (const one of agents) this.#tell(workgroup, one, this.#followersOf(workgroup));
    });
  }

  /** Those who are still signed in as they were when they asked; the others are forgotten. */
  #followersOf({ node, committed }: Desk): Follower[] {
    const followers = this.#followers.get(node);
    for (const { jid, since } of followers?.values() ?? []) {
      if (signedInSince(committed, jid) !== since) followers?.delete(jid);
    }
    return [...(followers?.values() ?? [])];
  }

  /** Of another server. What would go to one in the name of another's people, our own server does not send. */
  #isForeign(jid: string): boolean {
    return !this.#deps.domain.endsWith(`.${domainOf(jid)}`);
  }

  #tell({ node, committed }: Desk, agent: string, followers: readonly Follower[]): void {
    const workgroup = `${node}@${this.#deps.domain}`;
    const devices = committed.agents.get(agent)?.devices ?? [];
    const status = { workgroup, maxChats: maxChatsOf(committed, agent), chats: runningChats(committed, agent) };
    for (const { jid: to, told } of followers) {
      if (bareOf(to) === agent) continue;
      for (const from of told) {
        if (bareOf(from) !== agent || devices.some(({ jid }) => jid === from)) continue;
        told.delete(from);
        this.#deps.send(xml("presence", { from, to, type: "unavailable" }, buildColleagueGone(workgroup)));
      }
      for (const { jid: from, show } of devices) {
        if (this.#isForeign(from) && this.#isForeign(to)) continue;
        told.add(from);
        const shown = show !== "available" && xml("show", {}, show);
        this.#deps.send(xml("presence", { from, to }, shown, buildColleagueStatus(status)));
      }
    }
  }
}

function signedInSince({ agents }: WorkgroupState, jid: string): number | null {
  return agents.get(bareOf(jid))?.devices.find((device) => device.jid === jid)?.since ?? null;
}

/** The sessions this agent is in, of this workgroup. */
function runningChats({ requests }: WorkgroupState, agent: string): RunningChat[] {
  return [...requests.values()].flatMap((request): RunningChat[] => {
    const { id, userId, metadata, phase } = request;
    if (phase.name !== "in-session" || !occupiedAgents(request).has(agent)) return [];
    const [username, question, email] = [nameOf(metadata), questionOf(metadata), emailOf(metadata)];
    return [{ session: id, userId, startedAt: phase.startedAt, question, username, email }];
  });
}
