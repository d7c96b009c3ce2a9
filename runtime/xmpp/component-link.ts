/**
 * A component's link to its XMPP server (XEP-0114) that comes back by itself. It has no acknowledgements and no queue:
 * what was in the socket when it died is gone, so truth lives in the database and in the rooms' archives.
 */
import { NS_PING } from "../../protocol/ns.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { attr, child, type Element, xml } from "../../protocol/xml.ts";
import type { Log } from "../log.ts";
import { type ComponentStream, openComponentStream, type StreamEnd } from "./component-stream.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { serialise } from "./outgoing.ts";
import { createPendingRequests } from "./pending-requests.ts";

/** There is no link to the server, or it broke before the matter was settled. */
export class LinkDown extends Error {
  constructor(message = "there is no link to the XMPP server", options?: ErrorOptions) {
    super(message, options);
    this.name = "LinkDown";
  }
}

export interface ComponentLink {
  readonly domain: string;
  readonly online: boolean;
  /** Connects, for ever, until `stop()`. */
  start(): void;
  stop(): Promise<void>;
  /** Sends a stanza. Rejects with LinkDown when there is no link: nothing is queued. Any other rejection is a stanza we must not send. */
  send(stanza: Element): Promise<void>;
  /**
   * IQ get/set from `from` to `to`; resolves with the result's first child element, undefined when empty.
   * Rejects with StanzaError (an answer of type error, or `remote-server-timeout` for none) or LinkDown.
   */
  request(iq: Request): Promise<Element | undefined>;
  /** Every incoming stanza but answers to requests, and pings of the link itself. Handlers are called in order of arrival. */
  onStanza(handler: (stanza: Element) => void): void;
  onOnline(handler: () => void): void;
  onOffline(handler: () => void): void;
  /** Another process holds the same domain: the link has stopped, since two would throw each other out in turn. */
  onFatal(handler: (error: Error) => void): void;
}

export type Request = { from: string; to: string; type: "get" | "set"; payload: Element; timeoutMs?: number };

/** Times in milliseconds; tests make them short. */
export type LinkTuning = {
  /** From the first byte to the accepted handshake. */
  handshakeTimeoutMs: number;
  /** The first wait after a loss; doubles up to `retryMostMs`. Each wait is a random part of it. */
  retryFirstMs: number;
  retryMostMs: number;
  /** Between attempts while the server refuses our secret. */
  refusedRetryMs: number;
  pingEveryMs: number;
  pingAnswerMs: number;
  /** How late an answer may be while other things come in. With `pingEveryMs` below 15 s: so soon a dead link is noticed. */
  pingLateMs: number;
  requestTimeoutMs: number;
  closeMs: number;
  /** Above it a stanza would cost us the link; the server's own limit must be as large. */
  stanzaMaxBytes: number;
};

export const LINK_TUNING: LinkTuning = {
  handshakeTimeoutMs: 8_000,
  retryFirstMs: 300,
  retryMostMs: 5_000,
  refusedRetryMs: 30_000,
  pingEveryMs: 4_000,
  pingAnswerMs: 5_000,
  pingLateMs: 8_000,
  requestTimeoutMs: 20_000,
  closeMs: 1_000,
  stanzaMaxBytes: 250_000,
};

export type ComponentLinkOptions = {
  /** `xmpp://127.0.0.1:5347` */
  service: string;
  domain: string;
  secret: string;
  log: Log;
  /** How the administrator knows the secret, for the message that it is wrong. */
  secretSetting?: string;
  tuning?: Partial<LinkTuning>;
};

type Handlers = {
  stanza: ((stanza: Element) => void)[];
  online: (() => void)[];
  offline: (() => void)[];
  fatal: ((error: Error) => void)[];
};

/** Creates the link; nothing is connected before `start()`. */
export function createComponentLink(options: ComponentLinkOptions): ComponentLink {
  const { service, domain, secret, secretSetting = "the XMPP secret" } = options;
  const tuning = { ...LINK_TUNING, ...options.tuning };
  const log = options.log.with({ domain });
  const requests = createPendingRequests();
  const handlers: Handlers = { stanza: [], online: [], offline: [], fatal: [] };

  let running = false;
  let stream: ComponentStream | undefined;
  let online = false;
  let onlineSince = 0;
  let failures = 0;
  let lastComplaint = "";
  let retryTimer: NodeJS.Timeout | undefined;
  const heartbeat = createHeartbeat({
    everyMs: tuning.pingEveryMs,
    answerMs: tuning.pingAnswerMs,
    lateMs: tuning.pingLateMs,
    ping,
    onSilence: () => stream?.destroy(new Error("the server does not answer a ping")),
  });

  function connect(): void {
    const timeoutMs = tuning.handshakeTimeoutMs;
    stream = openComponentStream(
      { service, domain, secret, timeoutMs },
      { online: up, stanza: incoming, heard: heartbeat.heard, end: down },
    );
  }

  function up(): void {
    online = true;
    onlineSince = performance.now();
    lastComplaint = "";
    log.info("linked to the XMPP server", { service });
    heartbeat.start();
    for (const handler of handlers.online) guarded(handler);
  }

  function down({ kind, error }: StreamEnd): void {
    stream = undefined;
    goOffline(error);
    if (!running) return;
    if (kind === "conflict") {
      giveUp(error);
      return;
    }
    complainOnce(kind, error);
    // A link that fell at once after coming up must not reset the waiting: the server may be throwing us out each time.
    if (onlineSince > 0 && performance.now() - onlineSince > tuning.retryMostMs) failures = 0;
    onlineSince = 0;
    const most = Math.min(tuning.retryMostMs, tuning.retryFirstMs * 2 ** Math.min(failures, 20));
    failures += 1;
    const waitMs = kind === "refused" ? tuning.refusedRetryMs : most * (0.5 + Math.random() / 2);
    retryTimer = setTimeout(connect, waitMs);
  }

  function goOffline(cause: Error): void {
    heartbeat.stop();
    if (!online) return;
    online = false;
    requests.failAll(new LinkDown("the link broke before an answer came", { cause }));
    for (const handler of handlers.offline) guarded(handler);
  }

  /** One line for each kind of trouble, not one for each attempt. */
  function complainOnce(kind: StreamEnd["kind"], error: Error): void {
    const complaint = `${kind} ${error.message}`;
    if (complaint === lastComplaint) return;
    lastComplaint = complaint;
    if (kind === "refused") {
      log.error(
        `the XMPP server refused ${secretSetting}: it is not the component_secret of ${domain} in its configuration`,
      );
    } else {
      log.warn("no link to the XMPP server, trying again", { service, reason: error.message });
    }
  }

  function giveUp(cause: Error): void {
    running = false;
    const error = new Error(`another process is connected as ${domain}; this one has stopped its link`, { cause });
    log.error("another process is connected with the same domain, link stopped");
    for (const handler of handlers.fatal) guarded(() => handler(error));
  }

  /** XEP-0199 through the server to ourselves and back: proves both directions and the server between them. */
  async function ping(timeoutMs: number): Promise<boolean> {
    const payload = xml("ping", { xmlns: NS_PING });
    try {
      await request({ from: domain, to: domain, type: "get", payload, timeoutMs });
      return true;
    } catch (error) {
      // A refusal is an answer too: only silence counts.
      return error instanceof StanzaError && error.condition !== "remote-server-timeout";
    }
  }

  function incoming(stanza: Element): void {
    if (stanza.name === "iq") {
      const type = attr(stanza, "type");
      if (type === "result" || type === "error") {
        if (!requests.settle(stanza)) log.debug("an answer to nothing we asked", { from: attr(stanza, "from") });
        return;
      }
      if (type === "get" && attr(stanza, "to") === domain && child(stanza, "ping", NS_PING)) {
        answerPing(stanza);
        return;
      }
    }
    for (const handler of handlers.stanza) guarded(() => handler(stanza));
  }

  function answerPing(iq: Element): void {
    const reply = xml("iq", { type: "result", id: attr(iq, "id"), from: domain, to: attr(iq, "from") });
    send(reply).catch((error: unknown) => log.debug("a ping could not be answered", { error }));
  }

  /** A handler that throws must not cost the link, nor the handlers after it. */
  function guarded(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      log.error("a handler of the link failed", { error });
    }
  }

  async function send(stanza: Element): Promise<void> {
    const text = serialise(stanza, domain, tuning.stanzaMaxBytes);
    if (!online || !stream) throw new LinkDown();
    try {
      await stream.write(text);
    } catch (cause) {
      throw new LinkDown("the link broke while sending", { cause });
    }
  }

  function request({
    from,
    to,
    type,
    payload,
    timeoutMs = tuning.requestTimeoutMs,
  }: Request): Promise<Element | undefined> {
    const { id, answer } = requests.expect({ from, to, timeoutMs });
    send(xml("iq", { type, id, from, to }, payload)).catch((error: Error) => requests.fail(id, error));
    return answer;
  }

  return {
    domain,
    get online() {
      return online;
    },
    start() {
      if (running) return;
      running = true;
      connect();
    },
    async stop() {
      running = false;
      clearTimeout(retryTimer);
      const last = stream;
      stream = undefined;
      goOffline(new Error("stopped"));
      await last?.close(tuning.closeMs);
    },
    send,
    request,
    onStanza: (handler) => void handlers.stanza.push(handler),
    onOnline: (handler) => void handlers.online.push(handler),
    onOffline: (handler) => void handlers.offline.push(handler),
    onFatal: (handler) => void handlers.fatal.push(handler),
  };
}
