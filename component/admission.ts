/**
 * How fast visitors with clients of their own may join and leave messages: each by the account, and all of another server
 * together. Components of our own server (`webchat.<domain>`) have counted their visitors themselves, by address.
 */
import { bareJid, domainOf } from "../protocol/jid.ts";
import { StanzaError } from "../protocol/stanza-error.ts";
import { Buckets, type Rate, takeOne, waitS } from "../runtime/buckets.ts";

const RATES = {
  joins: { account: { burst: 20, perS: 0.1 }, server: { burst: 100, perS: 1 } },
  messages: { account: { burst: 20, perS: 0.05 }, server: { burst: 100, perS: 0.2 } },
} as const satisfies Record<string, { account: Rate; server: Rate }>;

/** Of more than so many those that came least lately are forgotten. */
const MOST_KEPT = 20_000;

export class Admission {
  readonly #domain: string;
  readonly #now: () => number;
  readonly #buckets = new Buckets(MOST_KEPT);

  /** `domain` is the server's, `example.org`; `now` ms of a clock that never goes back. */
  constructor(domain: string, now: () => number) {
    this.#domain = domain;
    this.#now = now;
  }

  /** @throws StanzaError `policy-violation`, with a time to try again; then nothing was counted */
  admit(doing: keyof typeof RATES, visitor: string): void {
    const server = domainOf(visitor);
    if (server.endsWith(`.${this.#domain}`)) return;
    const now = this.#now();
    const { account, server: ofServer } = RATES[doing];
    const asked: [string, Rate][] = [[`${doing} ${bareJid(visitor)}`, account]];
    if (server !== this.#domain) asked.push([`${doing} ${server}`, ofServer]);
    const wait = Math.max(...asked.map(([name, rate]) => waitS(rate, this.#buckets.of(name), now)));
    if (wait > 0) throw new StanzaError("wait", "policy-violation", `Too much at once. Try again in ${wait} seconds.`);
    for (const [name, rate] of asked) this.#buckets.keep(name, takeOne(rate, this.#buckets.of(name), now), now);
  }
}
