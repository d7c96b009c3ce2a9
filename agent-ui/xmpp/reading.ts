/** What a peer may send at any time, and @xmpp/client does not expect. */
import type { Client } from "@xmpp/client";

/**
 * COMPAT: @xmpp/client 0.14.0 gives whatever comes after the end of the stream to a parser that is gone, and what its parser
 * cannot follow it throws; both out of the socket's event, where nobody catches. Here the first is nothing, since nobody
 * reads after the end (RFC 6120 §4.4), and the second is told to `unreadable`. To be called before `connect`.
 */
export function readCarefully(entity: Client, unreadable: () => void): void {
  const read = entity._onData.bind(entity);
  entity._onData = (data) => {
    if (!entity.parser) return;
    try {
      read(data);
    } catch {
      unreadable();
    }
  };
}
