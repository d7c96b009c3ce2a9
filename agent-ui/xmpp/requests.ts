/** IQ requests that wait for their answer. An answer counts when it bears our id and comes from whom we asked. */
import { bareJid } from "../../protocol/jid.ts";
import { parseStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element, elements } from "../../protocol/xml.ts";

type Waiting = {
  to: string;
  timer: ReturnType<typeof setTimeout>;
  resolve(payload: Element | undefined): void;
  reject(error: Error): void;
};

export type Requests = {
  /** A new id, and the result's first child element. Rejects with StanzaError: the peer's, or `remote-server-timeout`. */
  expect(to: string, timeoutMs: number): { id: string; answer: Promise<Element | undefined> };
  /** Takes an IQ of type `result` or `error`; passes over what answers nothing of ours. */
  settle(iq: Element): void;
  failAll(): void;
};

/** `account` is our bare address: the server may answer for it without saying so (RFC 6120 §8.1.2.1). */
export function createRequests(account: string): Requests {
  const waiting = new Map<string, Waiting>();
  function take(id: string): Waiting | undefined {
    const one = waiting.get(id);
    if (one) clearTimeout(one.timer);
    waiting.delete(id);
    return one;
  }
  const timedOut = (): StanzaError => new StanzaError("wait", "remote-server-timeout", "no answer came");
  return {
    expect(to, timeoutMs) {
      const id = crypto.randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<Element | undefined>();
      const timer = setTimeout(() => take(id)?.reject(timedOut()), timeoutMs);
      waiting.set(id, { to, timer, resolve, reject });
      return { id, answer: promise };
    },
    settle(iq) {
      const id = attr(iq, "id") ?? "";
      const from = attr(iq, "from") ?? account;
      const one = waiting.get(id);
      if (!one || (from !== one.to && !(bareJid(from) === account && one.to === account))) return;
      take(id);
      if (attr(iq, "type") === "error") one.reject(parseStanzaError(iq));
      else one.resolve(elements(iq)[0]);
    },
    failAll() {
      for (const id of [...waiting.keys()]) take(id)?.reject(timedOut());
    },
  };
}
