/** A TCP connection to an XMPP server that speaks in stanzas of text. Thin on purpose: it is the load maker's. */
import { connect, type Socket } from "node:net";
import { createStanzaCutter } from "./stanza-stream.ts";

export type XmppSocket = {
  /** Sends text as it is. */
  write(text: string): void;
  /** Everything that comes, from now on. */
  onStanza: (stanza: string) => void;
  /** The next stanza that fits, as an answer in a conversation step by step. */
  next(fits: (stanza: string) => boolean): Promise<string>;
  /** Opens (again) a stream with this tag; resolves with the server's own. */
  open(tag: string): Promise<string>;
  end(): void;
  destroy(): void;
  readonly closed: Promise<void>;
};

/** `xmpp://host:port`, or what is served there. Rejects when nothing listens. */
export async function openXmppSocket(service: string): Promise<XmppSocket> {
  const { hostname, port } = new URL(service);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.setNoDelay(true);
  socket.setEncoding("utf8");
  const gone = Promise.withResolvers<void>();
  socket.on("close", () => gone.resolve());
  socket.on("error", () => undefined); // "close" follows.

  const waiting = new Set<(stanza: string) => boolean>();
  let opened: ((tag: string) => void) | undefined;
  const take = (stanza: string): void => {
    for (const look of waiting) if (look(stanza)) return;
    self.onStanza(stanza);
  };
  let cutter = createStanzaCutter((tag) => opened?.(tag), take);
  socket.on("data", (chunk: string) => cutter.push(chunk));

  // Corked over a turn of the loop: what is written together travels together, as with any decent client.
  let corked = false;
  const self: XmppSocket = {
    write(text) {
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      socket.write(text);
    },
    onStanza: () => undefined,
    next(fits) {
      return new Promise((resolve, reject) => {
        const look = (stanza: string): boolean => {
          if (!fits(stanza)) return false;
          waiting.delete(look);
          resolve(stanza);
          return true;
        };
        waiting.add(look);
        gone.promise.then(() => reject(new Error("the connection was closed")));
      });
    },
    open(tag) {
      cutter = createStanzaCutter((own) => opened?.(own), take);
      return new Promise((resolve, reject) => {
        opened = resolve;
        gone.promise.then(() => reject(new Error("the connection was closed")));
        socket.write(tag);
      });
    },
    end: () => socket.end("</stream:stream>"),
    destroy: () => socket.destroy(),
    closed: gone.promise,
  };
  return self;
}
