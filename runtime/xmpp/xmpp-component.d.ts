/** What we use of `@xmpp/component` 0.13.1, which publishes no types. Methods with `_` are its inner ones; the link replaces some. */
declare module "@xmpp/component" {
  import type { EventEmitter } from "node:events";
  import type { Socket } from "node:net";
  import type { Element } from "@xmpp/xml";

  /** The library's own copy of the stream parser (0.13). */
  interface StreamParser {
    root: Element | null;
    cursor: Element | null;
    onStartElement(name: string, attrs: Record<string, string>): void;
    onEndElement(name: string): void;
    onText(text: string): void;
  }

  interface Component extends EventEmitter {
    socket: Socket | null;
    parser: StreamParser | null;
    Parser: new () => StreamParser;
    /** Milliseconds that `open` and the handshake may take. */
    timeout: number;
    reconnect: { stop(): void };
    connect(service: string): Promise<unknown>;
    open(options: { domain: string; timeout?: number }): Promise<unknown>;
    write(text: string): Promise<void>;
    _onData(data: string | Buffer): void;
    _onParserError(error: Error): void;
    _end(): Promise<unknown>;
  }

  export function component(options: { service: string; domain: string; password: string }): Component;
}
