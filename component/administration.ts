/**
 * What administrators say, put together: the workgroups written in Prosody's configuration, which are handed over whenever
 * we connect; those made by a command; and the names agents chose for themselves. One change at a time, each as a whole;
 * while the database is away all of it has to wait.
 */
import { bareJid } from "../protocol/jid.ts";
import { notAcceptable, StanzaError } from "../protocol/stanza-error.ts";
import type { Identity } from "../protocol/workgroup/identity.ts";
import type { Log } from "../runtime/log.ts";
import { withChosenNames } from "./agent-names.ts";
import { type Configuration, ConfigurationError, parseConfiguration } from "./configuration.ts";
import type { WorkgroupSettings } from "./domain/model.ts";
import { verifyIdentity } from "./identity.ts";
import { saveAgentName } from "./store/agent-names.ts";
import {
  type Commission,
  dropCommission,
  loadCommissions,
  MOST_COMMISSIONS,
  saveCommission,
} from "./store/commissions.ts";
import { isAway, type Queryable } from "./store/db.ts";

export type AdministrationDeps = {
  db: Queryable;
  log: Log;
  /** The server's, such as `example.org`. */
  domain: string;
  now(): number;
  /** Puts checked settings into force as the whole truth. */
  apply(settings: readonly WorkgroupSettings[]): Promise<void>;
  /** The settings in force. */
  current(): readonly WorkgroupSettings[];
};

export class Administration {
  readonly #deps: AdministrationDeps;
  /** As written in Prosody's configuration; undefined until it was handed over. Secrets are kept nowhere else. */
  #written: Configuration | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  /** Takes what Prosody's module hands over. @throws StanzaError `not-acceptable` with every mistake, one a line */
  configure(json: unknown): Promise<void> {
    return this.#inTurn(async () => {
      const { log, domain } = this.#deps;
      try {
        const written = parseConfiguration(json, domain);
        await this.#putIntoForce(written);
        this.#written = written;
        log.info("configuration taken", { workgroups: written.settings.map(({ node }) => node) });
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        log.warn("configuration refused", { mistakes: error.mistakes });
        throw new StanzaError("modify", "not-acceptable", error.mistakes.join("\n"));
      }
    });
  }

  /** Gives an agent (bare address) another name, wherever that agent may choose one. */
  renameAgent(agent: string, name: string): Promise<void> {
    return this.#inTurn(async () => {
      const { db, log, now, apply, current } = this.#deps;
      await saveAgentName(db, agent, name, now());
      // Before the configuration was handed over, what is in force is all there is.
      if (this.#written) await this.#putIntoForce(this.#written);
      else await apply(await withChosenNames(db, current()));
      log.info("an agent took another name", { agent });
    });
  }

  /** Whether this account administers the server. @throws StanzaError `wait` when nobody can say yet */
  isAdmin(jid: string): boolean {
    return this.#known().admins.includes(bareJid(jid));
  }

  /**
   * Who a site says the visitor is.
   * @throws StanzaError `not-acceptable` when it is not to be believed, `wait` while the workgroup's secret is not known yet
   */
  async identityOf({ node }: { node: string }, jwt: string): Promise<Identity> {
    const secret = this.#known().identitySecrets.get(node);
    if (secret === undefined) throw notAcceptable("identity: this workgroup has no identity_secret");
    return verifyIdentity(jwt, { secret, audience: node, now: this.#deps.now() });
  }

  /** Makes a workgroup. @throws StanzaError with what is wrong */
  addWorkgroup(commission: Commission): Promise<void> {
    return this.#inTurn(async () => {
      const { node } = commission;
      const made = await loadCommissions(this.#deps.db);
      if (this.#isWritten(node) || made.some((one) => one.node === node)) {
        throw new StanzaError("cancel", "conflict", `There is a workgroup "${node}" already.`);
      }
      if (made.length >= MOST_COMMISSIONS) throw notAcceptable("There are as many workgroups as may be.");
      await this.#commission(commission);
    });
  }

  /** Replaces the agents of a workgroup that was made by a command. @throws StanzaError with what is wrong */
  updateWorkgroup(node: string, members: readonly string[], by: string): Promise<void> {
    return this.#inTurn(async () => {
      const { description } = await this.#made(node);
      await this.#commission({ node, description, members, by });
    });
  }

  /** Takes away a workgroup that was made by a command; its running chats come to their end. @throws StanzaError */
  deleteWorkgroup(node: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#made(node);
      await dropCommission(this.#deps.db, node);
      await this.#putIntoForce(this.#known());
      this.#deps.log.info("a workgroup was taken away by command", { workgroup: node });
    });
  }

  async #commission(commission: Commission): Promise<void> {
    const { db, log, now } = this.#deps;
    this.#settingsOf(commission);
    await saveCommission(db, commission, now());
    await this.#putIntoForce(this.#known());
    log.info("a workgroup was made or changed by command", { workgroup: commission.node, by: commission.by });
  }

  async #made(node: string): Promise<Commission> {
    if (this.#isWritten(node)) {
      const text = `"${node}" is written in the server's configuration, and is changed there.`;
      throw new StanzaError("cancel", "not-allowed", text);
    }
    const found = (await loadCommissions(this.#deps.db)).find((one) => one.node === node);
    if (found === undefined) throw new StanzaError("cancel", "item-not-found", `There is no workgroup "${node}".`);
    return found;
  }

  #isWritten(node: string): boolean {
    return this.#known().settings.some((one) => one.node === node);
  }

  #known(): Configuration {
    if (this.#written) return this.#written;
    throw new StanzaError("wait", "internal-server-error", "The configuration has not arrived yet.");
  }

  /** With the defaults that a workgroup has about which little is said. @throws StanzaError `not-acceptable` */
  #settingsOf({ node, description, members }: Commission): WorkgroupSettings[] {
    try {
      return parseConfiguration({ workgroups: { [node]: { description, agents: [...members] } } }, this.#deps.domain)
        .settings;
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw notAcceptable(error.mistakes.join("\n"));
    }
  }

  /** What is written counts more than what was commanded. */
  async #putIntoForce({ settings }: Configuration): Promise<void> {
    const { db, apply } = this.#deps;
    const written = new Set(settings.map(({ node }) => node));
    const made = (await loadCommissions(db)).filter(({ node }) => !written.has(node));
    const all = [...settings, ...made.flatMap((one) => this.#settingsOf(one))];
    await apply(
      await withChosenNames(
        db,
        all.toSorted((a, b) => (a.node < b.node ? -1 : 1)),
      ),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work).catch((error: unknown) => {
      if (!isAway(error)) throw error;
      throw new StanzaError("wait", "internal-server-error", "Nothing can be kept just now.", { cause: error });
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
