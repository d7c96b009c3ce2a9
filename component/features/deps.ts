/** What the features of the workgroup service may use. The engine and the stores arrive here; no feature imports them. */
import { bareJid, domainOf, localOf, splitJid } from "../../protocol/jid.ts";
import { notAuthorized, StanzaError } from "../../protocol/stanza-error.ts";
import type { Identity } from "../../protocol/workgroup/identity.ts";
import type { Element } from "../../protocol/xml.ts";
import type { Feature as AnyFeature, IqRequest } from "../../runtime/xmpp/features.ts";
import type { Duty } from "../commands/duty.ts";
import type { FormSessions } from "../commands/form-sessions.ts";
import type { Memory } from "../commands/memory.ts";
import type { Pace } from "../commands/pace.ts";
import type { Dialogues } from "../dialogue/dialogues.ts";
import { availability } from "../domain/dispatcher.ts";
import type { Refusal, WorkgroupEvent } from "../domain/events.ts";
import type { HandoverKind, HandoverTarget, Request, WorkgroupState } from "../domain/model.ts";
import type { Stores } from "./stores.ts";

export type * from "./stores.ts";

/** A workgroup as features see it: its saved state, and its mailbox. */
export type Workgroup = {
  readonly node: string;
  readonly committed: WorkgroupState;
  /** When its settings last changed. */
  readonly changedAt: number;
  post(event: WorkgroupEvent): void;
  /** Resolves with the refusal, or undefined when it was done. @throws StanzaError `wait` while nothing can be saved */
  ask(event: WorkgroupEvent): Promise<Refusal | undefined>;
};

export type Workgroups = {
  readonly all: Workgroup[];
  at(jid: string): Workgroup | undefined;
  ofAgent(jid: string): Workgroup[];
  findRequest(id: string): { workgroup: Workgroup; request: Request } | undefined;
};

export type Deps = {
  /** The service's own domain, `workgroup.<domain>`; rooms are at `rooms`, `conference.<domain>`. */
  domain: string;
  rooms: string;
  workgroups: Workgroups;
  stores: Stores;
  /** What the features add to a workgroup's disco#info. */
  disco: readonly string[];
  now(): number;
  /** A new id for a request: also its session's and its room's. */
  newId(): string;
  /** Sends without waiting; what cannot leave now is dropped. */
  send(stanza: Element): void;
  /** Takes what Prosody's module hands over. @throws StanzaError `not-acceptable` with every mistake, one a line */
  configure(configuration: unknown): Promise<void>;
  /**
   * Who a site says the visitor is.
   * @throws StanzaError `not-acceptable` when it is not to be believed, `wait` while the workgroup's secret is not known yet
   */
  verifyIdentity(workgroup: Workgroup, jwt: string): Promise<Identity>;
  /** Gives an agent (bare address) another name, in every workgroup where it may choose one. */
  renameAgent(agent: string, name: string): Promise<void>;
  administration: Administration;
  erasure: Erasure;
  /** Null while no server for e-mail is configured. */
  mailer: Mailer | null;
  /** Who wants to know when a workgroup opens or closes. */
  subscribers: Subscribers;
  /** Sends a waiting visitor the place in the queue, without waiting for the next announcement. */
  tellVisitor(workgroup: Workgroup, request: string): void;
  /** Sends a visitor the invitation into its room anew, to the client that asked; nothing when there is no such room. */
  inviteVisitor(request: string, to: string): void;
  /** The workgroups as contacts: who has them, which agents show their presence, and what is known of those. */
  contacts: Contacts;
  /** What agents' ordinary clients said beside their presence. */
  duty: Duty;
  /** Their ad-hoc commands under way. */
  forms: FormSessions;
  /** What they were asked or shown last. */
  memory: Memory;
  /** How fast agents may speak to their workgroups. */
  pace: Pace;
  /** How fast visitors with clients of their own may join and leave messages. */
  admission: Admission;
  /**
   * Says a line in a session's room for an agent, by name, so that visitors read it as the agent's.
   * Rejects when it cannot be said now.
   */
  speakFor(session: string, name: string, text: string): Promise<void>;
  /** What visitors with ordinary clients were asked. */
  dialogues: Dialogues;
  /** Tells an agent's client how its colleagues are, after the answer to its request and until it signs out. */
  followRoster(workgroup: Workgroup, device: string): void;
  /** who answered too late still shows the offer; it is revoked there. The request may have ended. */
  closeStaleOffer(workgroup: Workgroup, device: string, request: string): void;
};

/** By node of the workgroup and an address, bare or full. */
export type Contacts = {
  /** Whether this account lets the workgroup see its presence. */
  isGranted(workgroup: string, jid: string): boolean;
  /** What is known of an account. `lang` is a language tag. */
  find(workgroup: string, jid: string): ContactFacts | undefined;
  note(workgroup: Pick<Workgroup, "node" | "committed">, jid: string, facts: Partial<ContactFacts>): void;
};

export type ContactFacts = {
  /** It is told whether the workgroup is open. */
  subscribed: boolean;
  granted: boolean;
  /** When it was asked for its presence; null: never. */
  askedAt: number | null;
  /** With "~" before it when the agent's client writes it, and the agent has not chosen. */
  lang: string | null;
  /** The most chats at once an agent wished for in words. */
  maxChats: number | null;
};

/** One plain e-mail to one address; whom it is from is fixed by configuration, but for the name. */
export type Mail = { fromName: string; to: string; subject: string; text: string; html: string };

export type Mailer = {
  /** Resolves when the server has taken it. @throws StanzaError `recipient-unavailable` when it never will, `wait` for now */
  send(mail: Mail): Promise<void>;
};

/** What the server's administrators may do by command. Everything that cannot be done is told by a StanzaError. */
export type Administration = {
  /** @throws StanzaError `wait` when nobody can say yet */
  isAdmin(jid: string): boolean;
  /** `node` is a local part; `members` and `by` are bare addresses. */
  addWorkgroup(of: { node: string; description: string; members: readonly string[]; by: string }): Promise<void>;
  /** Replaces its agents. */
  updateWorkgroup(node: string, members: readonly string[], by: string): Promise<void>;
  deleteWorkgroup(node: string): Promise<void>;
};

/** How much is kept of a visitor, or was erased: ended chats and left messages; `open` chats still go on, and stay. */
export type Kept = { chats: number; messages: number; open: number };

/** `who`: the visitor's XMPP address or e-mail address, or the id of a chat. @throws StanzaError `wait` when not now */
export type Erasure = {
  find(who: string): Promise<Kept>;
  /** `by` is a bare address. */
  erase(who: string, by: string): Promise<Kept>;
};

export type Admission = {
  /** @throws StanzaError `policy-violation`, with a time to try again */
  admit(doing: "joins" | "messages", visitor: string): void;
};

/** Temporary subscribers by workgroup: those who sent a directed presence and have not gone since (reference 2.4). */
export type Subscribers = {
  add(workgroup: string, jid: string): void;
  remove(workgroup: string, jid: string): void;
};

export type Feature = AnyFeature<Deps>;

/**
 * The workgroup a stanza is addressed to.
 * @throws StanzaError `not-authorized`, as Fastpath does, to reveal nothing (reference 0.4)
 */
export function addressed(to: string, { workgroups }: Deps): Workgroup {
  const workgroup = workgroups.at(to);
  if (workgroup === undefined) throw notAuthorized("There is no such workgroup.");
  return workgroup;
}

/**
 * The addressed workgroup, when the sender is one of its agents.
 * @throws StanzaError `refused`, `not-authorized` if nothing else is said
 */
export function agentsWorkgroup(
  iq: Pick<IqRequest, "to" | "from">,
  deps: Deps,
  refused = notAuthorized("Only agents of this workgroup may ask that."),
): Workgroup {
  const workgroup = addressed(iq.to, deps);
  if (!isAgent(workgroup, iq.from)) throw refused;
  return workgroup;
}

/** Whether a web gateway asks: one of the server's own components. Nobody with an account can send from such an address. */
export function isGateway(from: string, { domain }: Pick<Deps, "domain">): boolean {
  const server = domain.slice(domain.indexOf(".") + 1);
  return localOf(from) === "" && domainOf(from).endsWith(`.${server}`);
}

/** Decided by the address that the server stamped, bare. */
export function isAgent({ committed }: Workgroup, jid: string): boolean {
  const bare = bareJid(jid);
  return committed.settings.agents.some((agent) => agent.jid === bare);
}

/** Whether this very client, by full JID, is signed in. */
export function isSignedIn({ committed }: Workgroup, device: string): boolean {
  return committed.agents.get(bareJid(device))?.devices.some(({ jid }) => jid === device) ?? false;
}

/** The bare address of a workgroup. */
export const addressOf = (workgroup: Workgroup, { domain }: Deps): string => `${workgroup.node}@${domain}`;

/** The display name an administrator gave an agent, else the local part of the address. */
export function agentName({ committed }: Workgroup, jid: string): string {
  const bare = bareJid(jid);
  return committed.settings.agents.find((agent) => agent.jid === bare)?.name ?? splitJid(jid).local;
}

/**
 * Asks somebody into a session of whichever workgroup, or hands it over; resolves with why not. That nobody came in the end is
 * told to `by`, the full JID of the agent's client that asks.
 */
export async function askHandover(
  of: { request: string; by: string; kind: HandoverKind; to: HandoverTarget; reason: string },
  { workgroups, domain, now, newId }: Deps,
): Promise<Refusal | undefined> {
  const found = workgroups.findRequest(of.request);
  if (found === undefined) return { code: "no-such-session" };
  const { to } = of;
  const other = to.type === "workgroup" ? workgroups.at(`${to.node}@${domain}`) : undefined;
  const standing = other === undefined || other.committed.removed ? null : availability(other.committed);
  return found.workgroup.ask({ type: "handover-requested", at: now(), id: newId(), ...of, standing });
}

/** A refusal of the domain in the words of the wire. */
export function refusalError(refusal: Refusal): StanzaError {
  switch (refusal.code) {
    case "closed":
      return new StanzaError("cancel", "service-unavailable", "The workgroup takes no visitors just now.");
    case "already-queued":
      return new StanzaError("cancel", "conflict", "You are in this queue or in a chat already.");
    case "queue-full":
      return new StanzaError("wait", "resource-constraint", "As many as can be served wait already.");
    case "form-incomplete":
      return new StanzaError("modify", "not-acceptable", `missing: ${refusal.fields.join(", ")}`);
    case "not-queued":
      return new StanzaError("cancel", "item-not-found", "You are not in this queue.");
    case "question-full":
      return new StanzaError("modify", "not-acceptable", "This is too much to read at once.");
    case "not-an-agent":
      return notAuthorized("Only agents of this workgroup may do that.");
    case "not-signed-in":
      return new StanzaError("cancel", "item-not-found", "You are not signed in to this workgroup.");
    case "no-such-offer":
      return new StanzaError("cancel", "item-not-found", "There is no such offer.");
    case "offer-gone":
      return new StanzaError("modify", "not-acceptable", "This offer was decided before.");
    case "no-such-session":
      return new StanzaError("cancel", "item-not-found", "There is no such open chat.");
    case "not-yours":
      return new StanzaError("auth", "forbidden", "This is not your chat.");
    case "not-waiting":
      return new StanzaError("cancel", "item-not-found", "This visitor does not wait any more.");
    case "agent-busy":
      return new StanzaError("wait", "resource-constraint", "The agent has as many chats as may be.");
    case "no-such-workgroup":
      return new StanzaError("cancel", "item-not-found", "Specified workgroup was not found.");
    case "nobody-there":
      return new StanzaError("wait", "recipient-unavailable", "Nobody is there to take this chat.");
    case "already-there":
      return new StanzaError("cancel", "conflict", "Who is to come is in this chat already.");
    case "is-visitor":
      return new StanzaError("cancel", "not-allowed", "The visitor cannot be asked into the own chat.");
    case "handover-pending":
      return new StanzaError("cancel", "conflict", "Somebody is being asked into this chat already.");
    case "not-a-monitor":
      return new StanzaError("auth", "forbidden", "You may not watch chats of this workgroup.");
    case "blocked":
      return new StanzaError("cancel", "not-allowed", "You may not join this queue for the time being.");
    case "not-blocked":
      return new StanzaError("cancel", "item-not-found", "This visitor is not kept out.");
  }
}
