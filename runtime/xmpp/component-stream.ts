/**
 * One connection of a component to its server (XEP-0114), from the first byte to the last, on `@xmpp/component` 0.13.1.
 * The library's holes are closed here: text damaged at chunk borders, streams that hang, input that kills the process.
 * A connection ends exactly once, and a new one is a new object, so nothing of the old can reach into it.
 */
import { component } from "@xmpp/component";
import { NS_CLIENT } from "../../protocol/ns.ts";
import type { Element } from "../../protocol/xml.ts";

/** Why a connection ended. `conflict`: another link has our domain. `refused`: wrong secret. `lost`: anything else. */
export type StreamEnd = { kind: "conflict" | "refused" | "lost"; error: Error };

export type ComponentStream = {
  /** Resolves when the kernel took the text: that is no word of the server having it. */
  write(text: string): Promise<void>;
  /** Closes in good order; resolves when the socket is closed, at the latest after `graceMs`. */
  close(graceMs: number): Promise<void>;
  /** Cuts the connection at once. */
  destroy(error: Error): void;
};

export type StreamEvents = {
  /** The server took our secret. Called before any stanza, even when both came in one chunk. */
  online(): void;
  /** A stanza, its namespace changed from `jabber:component:accept` to `jabber:client`. */
  stanza(stanza: Element): void;
  /** Something came in, be it only a blank. */
  heard(): void;
  end(end: StreamEnd): void;
};

// Clients can nest elements as deep as their server's size limit allows; what is deeper than this is nothing we read,
// and writing it back would exhaust the stack.
const MAX_DEPTH = 60;
const NS_STREAM = "http://etherx.jabber.org/streams";

/** Connects. `timeoutMs` is how long it may take until the server took our secret. */
export function openComponentStream(
  options: { service: string; domain: string; secret: string; timeoutMs: number },
  events: StreamEvents,
): ComponentStream {
  const { service, domain, secret, timeoutMs } = options;
  const xmpp = component({ service, domain, password: secret });
  xmpp.timeout = timeoutMs;
  xmpp.reconnect.stop();
  // The library's own answering of IQs hangs on this event: it would answer `service-unavailable` before we can.
  xmpp.removeAllListeners("element");
  xmpp.Parser = hardened(xmpp.Parser);

  let ended = false;
  const socketClosed = Promise.withResolvers<void>();
  const watchdog = setTimeout(() => {
    end({ kind: "lost", error: new Error(`the server did not complete the handshake within ${timeoutMs} ms`) });
  }, timeoutMs);

  function end(reason: StreamEnd): void {
    if (ended) return;
    ended = true;
    clearTimeout(watchdog);
    // Settles what the library still waits for: each of its promises also listens for `error` (and is caught below).
    xmpp.emit("error", reason.error);
    xmpp.socket?.destroy(reason.error);
    events.end(reason);
  }
  const lose = (error: unknown): void => end(classify(error));

  const parse = xmpp._onData.bind(xmpp);
  xmpp._onData = (data) => {
    // Data after the end of the stream finds no parser.
    if (ended || !xmpp.parser) return;
    try {
      parse(data);
    } catch (error) {
      lose(new Error("the server sent what cannot be read as XML", { cause: error }));
    }
    if (!ended) events.heard();
  };
  xmpp._onParserError = lose;
  // The library would close in good order, which needs an answer; after an error none is to be expected.
  xmpp._end = async () => lose(new Error("the stream ended"));

  xmpp.on("error", lose);
  xmpp.on("close", () => lose(new Error("the server closed the stream")));
  xmpp.on("disconnect", () => {
    socketClosed.resolve();
    lose(new Error("the connection was closed"));
  });
  xmpp.on("connect", () => {
    // Without this each chunk is decoded by itself, and a character on a chunk border becomes two U+FFFD.
    xmpp.socket?.setEncoding("utf8");
    xmpp.socket?.setNoDelay(true);
    xmpp.open({ domain, timeout: timeoutMs }).catch(lose);
  });
  xmpp.on("element", (element: Element) => {
    if (ended) return;
    // Not the library's `online`: that comes a tick later, after stanzas that arrived in the same chunk.
    if (element.is("handshake", "jabber:component:accept")) {
      clearTimeout(watchdog);
      return events.online();
    }
    if (element.is("error", NS_STREAM)) return;
    element.parent = null;
    element.attrs.xmlns = NS_CLIENT;
    events.stanza(element);
  });
  xmpp.connect(service).catch(lose);

  // The first stanza of a turn of the loop leaves at once, and what else is written in that turn leaves as one packet: a
  // server that is not at once told of each reads, answers and wakes up once for all of them.
  let isHeld = false;
  function holdTheRest(): void {
    const socket = xmpp.socket;
    if (isHeld || !socket) return;
    isHeld = true;
    socket.cork();
    setImmediate(() => {
      isHeld = false;
      socket.uncork();
    });
  }

  return {
    write(text) {
      const written = xmpp.write(text);
      holdTheRest();
      return written;
    },
    destroy: lose,
    async close(graceMs) {
      if (ended) return;
      const socket = xmpp.socket;
      ended = true;
      clearTimeout(watchdog);
      xmpp.emit("error", new Error("closed"));
      const timer = setTimeout(() => socket?.destroy(), graceMs);
      if (socket?.connecting === false && !socket.destroyed) socket.end("</stream:stream>");
      else socket?.destroy();
      await socketClosed.promise;
      clearTimeout(timer);
    },
  };
}

function classify(error: unknown): StreamEnd {
  const known = error instanceof Error ? error : new Error(String(error));
  const condition = "condition" in known ? known.condition : undefined;
  if (condition === "conflict") return { kind: "conflict", error: known };
  if (condition === "not-authorized") return { kind: "refused", error: known };
  return { kind: "lost", error: known };
}

type ParserClass = ReturnType<typeof component>["Parser"];

/** Shorter pieces of a string V8 copies by itself. */
const SHORT = 13;

/**
 * A piece that was cut out of what came in, as a string of its own: else it would keep all of what came in with it, for as
 * long as it is kept: an address of twenty letters, say, the 64 kB that it came among.
 */
const detached = (text: string): string => (text.length < SHORT ? text : Buffer.from(text).toString());

/** The parser, without text at the root (it would be kept for ever) and without depths that nobody reads. */
function hardened(Parser: ParserClass): ParserClass {
  return class extends Parser {
    #depth = 0;

    override onStartElement(name: string, attrs: Record<string, string>): void {
      this.#depth += 1;
      if (this.#depth > MAX_DEPTH) return;
      for (const [key, value] of Object.entries(attrs)) attrs[key] = detached(value);
      super.onStartElement(detached(name), attrs);
    }

    override onEndElement(name: string): void {
      if (this.#depth <= MAX_DEPTH) super.onEndElement(name);
      this.#depth -= 1;
    }

    override onText(text: string): void {
      if (this.#depth > 1 && this.#depth <= MAX_DEPTH) super.onText(detached(text));
    }
  };
}
