/**
 * How fast visitors with clients of their own may join and leave messages: each by the account, and all of another server
 * together. Components of our own server (`webchat.<domain>`) have counted their visitors themselves, by address.
 */
import { bareJid, domainOf } from "../protocol/jid.ts";
import { StanzaError } from "../protocol/stanza-error.ts";

/** `burst` at once, then `perS` each second. */
type Rate = { burst: number; perS: number };

const RATES = {
  joins: { account: { burst: 20, perS: 0.1 }, server: { burst: 100, perS: 1 } },
  messages: { account: { burst: 20, perS: 0.05 }, server: { burst: 100, perS: 0.2 } },
} as const satisfies Record<string, { account: Rate; server: Rate }>;

/** Of more than so many those that came least lately are forgotten. */
const MOST_KEPT = 20_000;

export class Admission {
  readonly #domain: string;
  /** When the bucket of a name is full again. */
  readonly #fullAt = new Map<string, number>();

  /** `domain` is the server's, `example.org`. */
  constructor(domain: string) {
    this.#domain = domain;
  }

  /** @throws StanzaError `policy-violation`, with a time to try again; then nothing was counted */
  admit(doing: keyof typeof RATES, visitor: string, now: number): void {
    const server = domainOf(visitor);
    if (server.endsWith(`.${this.#domain}`)) return;
    const { account, server: ofServer } = RATES[doing];
    const buckets: [string, Rate][] = [[`${doing} ${bareJid(visitor)}`, account]];
    if (server !== this.#domain) buckets.push([`${doing} ${server}`, ofServer]);
    const waitS = Math.max(...buckets.map(([name, rate]) => this.#waitS(name, rate, now)));
    if (waitS > 0)
      throw new StanzaError("wait", "policy-violation", `Too much at once. Try again in ${waitS} seconds.`);
    for (const [name, { perS }] of buckets) this.#keep(name, Math.max(this.#of(name), now) + 1000 / perS);
  }

  #of(name: string): number {
    return this.#fullAt.get(name) ?? 0;
  }

  #waitS(name: string, { burst, perS }: Rate, now: number): number {
    return Math.ceil(Math.max(0, (this.#of(name) - now) / 1000 + (1 - burst) / perS));
  }

  #keep(name: string, fullAt: number): void {
    this.#fullAt.delete(name);
    this.#fullAt.set(name, fullAt);
    const [oldest] = this.#fullAt.keys();
    if (this.#fullAt.size > MOST_KEPT && oldest !== undefined) this.#fullAt.delete(oldest);
  }
}
