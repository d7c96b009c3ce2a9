/** IQ requests that wait for their answer. An answer counts when it bears our id and comes from the address we wrote to. */
import { randomUUID } from "node:crypto";
import { splitJid } from "../../protocol/jid.ts";
import { parseStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element, elements } from "../../protocol/xml.ts";

export type PendingRequests = {
  /** A new id, and the promise of the result's first child element. Rejects with StanzaError, or with what `failAll` gives. */
  expect(request: { from: string; to: string; timeoutMs: number }): {
    id: string;
    answer: Promise<Element | undefined>;
  };
  /** Takes an incoming IQ of type `result` or `error`. False when it answers nothing of ours: forged, late or doubled. */
  settle(iq: Element): boolean;
  /** Gives up one request, as when it could not be sent. */
  fail(id: string, error: Error): void;
  failAll(error: Error): void;
};

type Waiting = {
  from: string;
  to: string;
  timer: NodeJS.Timeout;
  resolve(child: Element | undefined): void;
  reject(error: Error): void;
};

export function createPendingRequests(): PendingRequests {
  const waiting = new Map<string, Waiting>();

  function take(id: string): Waiting | undefined {
    const one = waiting.get(id);
    if (one) clearTimeout(one.timer);
    waiting.delete(id);
    return one;
  }
  const fail = (id: string, error: Error): void => take(id)?.reject(error);

  return {
    expect({ from, to, timeoutMs }) {
      // Not to be guessed by a third party, unlike the library's own ids.
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<Element | undefined>();
      const timer = setTimeout(() => {
        fail(id, new StanzaError("wait", "remote-server-timeout", `no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      waiting.set(id, { from, to, timer, resolve, reject });
      return { id, answer: promise };
    },
    settle(iq) {
      const id = attr(iq, "id") ?? "";
      const one = waiting.get(id);
      if (!one || !sameJid(attr(iq, "from") ?? "", one.to) || !sameJid(attr(iq, "to") ?? "", one.from)) return false;
      take(id);
      if (iq.attrs.type === "error") one.reject(parseStanzaError(iq));
      else one.resolve(elements(iq)[0]);
      return true;
    },
    fail,
    failAll(error) {
      for (const id of [...waiting.keys()]) fail(id, error);
    },
  };
}

/** Servers put addresses into lower case (RFC 7622) before they answer; the resource is compared as it is. */
function sameJid(a: string, b: string): boolean {
  const [left, right] = [splitJid(a), splitJid(b)];
  return (
    left.local.toLowerCase() === right.local.toLowerCase() &&
    left.domain.toLowerCase() === right.domain.toLowerCase() &&
    left.resource === right.resource
  );
}
