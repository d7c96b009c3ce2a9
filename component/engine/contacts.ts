/**
 * The workgroups as contacts (RFC 6121 §3): who is told their presence, and which agents let them see theirs. Every configured
 * agent is asked for it once; after any absence of ours the agents' servers are asked how they are.
 */
import { bareJid } from "../../protocol/jid.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import type { Log } from "../../runtime/log.ts";
import type { WorkgroupState } from "../domain/model.ts";
import { type Contact, loadContacts, removeContact, saveContact } from "../store/contacts.ts";
import type { Queryable } from "../store/db.ts";

export type ContactsDeps = { db: Queryable; log: Log; domain: string; now(): number; send(stanza: Element): void };

type Desk = { readonly node: string; readonly committed: WorkgroupState };
type Facts = Partial<Pick<Contact, "subscribed" | "granted" | "askedAt" | "lang" | "maxChats">>;

/** Strangers who may have a workgroup among their contacts and be told when it opens; agents always may. */
const MOST_STRANGERS = 10_000;

export class Contacts {
  readonly #deps: ContactsDeps;
  readonly #byWorkgroup = new Map<string, Map<string, Contact>>();

  constructor(deps: ContactsDeps) {
    this.#deps = deps;
  }

  /** Finds everybody as saved, before the link goes up. */
  async restore(): Promise<void> {
    for (const contact of await loadContacts(this.#deps.db)) this.#of(contact.workgroup).set(contact.jid, contact);
  }

  /** Whether this account, by bare or full address, lets the workgroup see its presence. */
  isGranted(workgroup: string, jid: string): boolean {
    return this.find(workgroup, jid)?.granted ?? false;
  }

  find(workgroup: string, jid: string): Contact | undefined {
    return this.#of(workgroup).get(bareJid(jid));
  }

  /** Bare addresses of all that are told whether the workgroup is open. */
  subscribers(workgroup: string): string[] {
    return [...this.#of(workgroup).values()].flatMap(({ jid, subscribed }) => (subscribed ? [jid] : []));
  }

  /** Notes something about an account. What cannot be saved now holds until we stop. */
  note({ node, committed }: Desk, jid: string, facts: Facts): void {
    const contacts = this.#of(node);
    const bare = bareJid(jid);
    const known = contacts.get(bare);
    if (!known && !isAgent(committed, bare) && contacts.size >= MOST_STRANGERS) return;
    const blank = { subscribed: false, granted: false, askedAt: null, lang: null, maxChats: null };
    const next: Contact = { workgroup: node, jid: bare, ...blank, ...known, ...facts };
    if (known && isSame(known, next)) return;
    if (!next.subscribed && !next.granted && next.askedAt === null && next.lang === null && next.maxChats === null) {
      contacts.delete(bare);
      if (known) this.#saved(removeContact(this.#deps.db, node, bare));
      return;
    }
    contacts.set(bare, next);
    this.#saved(saveContact(this.#deps.db, next));
  }

  /** Of who is no agent nothing is known any more; the server may still have the workgroup among that account's contacts. */
  forget(workgroup: Desk, jid: string): void {
    const known = this.find(workgroup.node, jid);
    if (!known || known.granted || known.askedAt !== null) return;
    this.note(workgroup, jid, { subscribed: false, lang: null, maxChats: null });
  }

  /** Asks agents who were never asked, and takes leave of those who are agents no more. The link stands. */
  async greet(workgroup: Desk): Promise<void> {
    const { node, committed } = workgroup;
    const contacts = this.#of(node);
    for (const { jid, granted } of contacts.values()) {
      if (!granted || (isAgent(committed, jid) && !committed.removed)) continue;
      this.note(workgroup, jid, { granted: false, askedAt: null });
      this.#presence(node, jid, "unsubscribe");
    }
    if (committed.removed) return;
    for (const { jid } of committed.settings.agents) {
      const contact = contacts.get(jid);
      if (contact?.granted || (contact && contact.askedAt !== null)) continue;
      await this.#ask(workgroup, jid);
    }
  }

  /** Asks the servers of those who show us their presence how they are. */
  probe({ node, committed }: Desk): void {
    for (const { jid, granted, askedAt } of this.#of(node).values()) {
      if ((granted || askedAt !== null) && isAgent(committed, jid)) this.#presence(node, jid, "probe");
    }
  }

  /** Remembered before it is sent: rather never asked than asked again and again. */
  async #ask({ node }: Desk, jid: string): Promise<void> {
    const blank = { subscribed: false, granted: false, lang: null, maxChats: null };
    const contact = { workgroup: node, jid, ...blank, ...this.find(node, jid), askedAt: this.#deps.now() };
    try {
      await saveContact(this.#deps.db, contact);
    } catch (error) {
      this.#deps.log.warn("an agent could not be asked to be a contact", { workgroup: node, agent: jid, error });
      return;
    }
    this.#of(node).set(jid, contact);
    this.#presence(node, jid, "subscribe");
  }

  #presence(node: string, to: string, type: string): void {
    this.#deps.send(xml("presence", { from: `${node}@${this.#deps.domain}`, to, type }));
  }

  #saved(saving: Promise<void>): void {
    saving.catch((error: unknown) => this.#deps.log.warn("a contact could not be saved", { error }));
  }

  #of(workgroup: string): Map<string, Contact> {
    const contacts = this.#byWorkgroup.get(workgroup) ?? new Map<string, Contact>();
    this.#byWorkgroup.set(workgroup, contacts);
    return contacts;
  }
}

const isAgent = ({ settings }: WorkgroupState, jid: string): boolean => settings.agents.some((one) => one.jid === jid);

const isSame = (a: Contact, b: Contact): boolean =>
  (["subscribed", "granted", "askedAt", "lang", "maxChats"] as const).every((name) => a[name] === b[name]);
