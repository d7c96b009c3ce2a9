/**
 * The agent's link to the server: RFC 7395 by @xmpp/client, signed in with SCRAM, resumed where the server can (XEP-0198),
 * watched by pings (XEP-0199), and taken up again for ever.
 */
import { client } from "@xmpp/client";
import { buildPing } from "../../protocol/ping.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { type Element, xml } from "../../protocol/xml.ts";
import { backoffMs } from "./backoff.ts";
import { answerRequests, type IqHandlers } from "./iq-answers.ts";
import { readCarefully } from "./reading.ts";
import { createRequests } from "./requests.ts";
import { createAuthenticator, isWithoutMechanism, SignInError } from "./sign-in.ts";
import { createWatch } from "./watch.ts";

const NS_SM = "urn:xmpp:sm:3";
/** How patient a link is; tests are in more of a hurry. */
export type Patience = {
  /** From an answer to the next question whether the link lives. */
  everyMs: number;
  /** Silence for so long after asking: the link is dead. */
  answerMs: number;
  /** Other things come, and no answer for so long: dead in one direction. With `everyMs`, the farewell and the first wait below 15 s. */
  lateMs: number;
  /** From the first byte to signed in. A server that hangs is left and asked anew. */
  attemptMs: number;
};
const PATIENCE: Patience = { everyMs: 4000, answerMs: 4500, lateMs: 7000, attemptMs: 15_000 };
const REQUEST_MS = 20_000;
/** An attempt that is older than this when the network comes back, or gets no further for so long then, was made without it. */
const HANGS_MS = 2000;
/** How long a closing stream may take to say good-bye. */
const FAREWELL_MS = 1000;

export type SessionRefusal = SignInError["code"] | "replaced";

export type SessionEvents = {
  /** Ready to send. `resumed`: the same session goes on; else it is a new one in which nobody knows us. */
  up(resumed: boolean): void;
  /** The link is gone. Requests under way have failed. */
  down(): void;
  /** When the next try is, epoch ms; null when it begins. */
  retrying(at: number | null): void;
  /** There is no use in trying again. The session has ended. */
  refused(why: SessionRefusal): void;
  /** Every message and presence, in order. */
  stanza(stanza: Element): void;
};

export type Session = {
  /** Our full address. */
  readonly jid: string;
  readonly isUp: boolean;
  /** False when the link is down: the stanza was not taken and will not be sent. */
  send(stanza: Element): boolean;
  /** An IQ get or set; the result's first child. Rejects with StanzaError. */
  request(type: "get" | "set", to: string, payload: Element, timeoutMs?: number): Promise<Element | undefined>;
  /** Something tells that the link may have changed (the network came back, the page woke up): look at once. */
  probe(): void;
  /** Leaves in order. No event comes afterwards. */
  stop(): Promise<void>;
  /** The page goes away now: closes the stream without waiting, so that the server does not keep the session for later. */
  leave(): void;
};

export type SessionOptions = {
  websocket: string;
  domain: string;
  username: string;
  password: string;
  handlers: IqHandlers;
  events: SessionEvents;
  patience?: Patience;
};

/** Starts to connect at once. */
export function createSession(options: SessionOptions): Session {
  const { websocket, domain, username, password, handlers, events, patience = PATIENCE } = options;
  const account = `${username}@${domain}`;
  const authenticator = createAuthenticator({ username, password });
  const entity = client({
    service: websocket,
    domain,
    // One for the life of the page: a new link takes the place of its own ghost, never of another tab. By how it begins the
    // server knows a page, which does not come back once it is closed (prosody/modules/mod_foyer_gone_pages.lua).
    resource: `foyer-${crypto.randomUUID().slice(0, 8)}`,
    timeout: patience.answerMs,
    credentials: async (authenticate, mechanisms) => {
      try {
        await authenticator.authenticate(authenticate, mechanisms);
      } catch (error) {
        // Who was in before has the right password: somebody else guesses from the same network, and it passes.
        if (error instanceof SignInError && !(known && error.code === "too-many-tries")) refuse(error.code);
        else drop();
        throw error;
      }
    },
  });
  authenticator.register(entity);
  entity.reconnect.stop();
  readCarefully(entity, drop);
  const requests = createRequests(account);
  const watch = createWatch({
    ...patience,
    ask: (timeoutMs) =>
      request("get", domain, buildPing(), timeoutMs).catch((error: unknown) => {
        // A refusal is an answer too.
        if (!(error instanceof StanzaError) || error.condition === "remote-server-timeout") throw error;
      }),
    dead: drop,
  });

  let up = false;
  /** Once up, the password was right. */
  let known = false;
  let stopped = false;
  let attempts = 0;
  let smOffered = false;
  let dropping: Promise<void> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let attemptAt = 0;
  let attemptTimer: ReturnType<typeof setTimeout> | undefined;

  function rise(resumed: boolean): void {
    // A tick later: the library settles its counters after it has told us.
    setTimeout(() => {
      if (stopped || up || entity.status !== "online") return;
      up = true;
      known = true;
      attempts = 0;
      clearTimeout(attemptTimer);
      watch.start();
      events.up(resumed);
    });
  }

  function onNonza(element: Element): void {
    watch.heard();
    if (element.name === "features" || element.name === "stream:features") {
      smOffered = element.getChild("sm", NS_SM) !== undefined;
    }
    // Sent before stream management is agreed on, a stanza would be counted by one side only.
    if (element.is("enabled", NS_SM) || (element.is("failed", NS_SM) && entity.status === "online")) rise(false);
    if (element.is("error", "http://etherx.jabber.org/streams") && element.getChild("conflict") !== undefined) {
      refuse("replaced");
    }
  }

  entity.on("nonza", onNonza);
  entity.on("online", () => {
    if (!smOffered) rise(false);
  });
  entity.streamManagement.on("resumed", () => rise(true));
  entity.on("stanza", (stanza: Element) => {
    watch.heard();
    if (stanza.name === "iq") {
      if (stanza.attrs.type === "result" || stanza.attrs.type === "error") requests.settle(stanza);
    } else events.stanza(stanza);
  });
  // The library tells of every failed step here; all but this one show as a lost link or a refusal.
  entity.on("error", (error: unknown) => {
    if (isWithoutMechanism(error)) refuse("no-safe-mechanism");
  });
  // The server says good-bye, and may keep the connection.
  entity.on("close", drop);
  entity.on("disconnect", () => {
    fall();
    clearTimeout(attemptTimer);
    // A sign-in step that was under way would otherwise take the next link's answers for its own.
    entity.removeAllListeners("nonza");
    entity.on("nonza", onNonza);
    if (!stopped) schedule();
  });
  answerRequests(entity, handlers);

  /** Leaves the link without waiting for a peer that may not be there. */
  function drop(): void {
    if (entity.status === "disconnect" || entity.status === "offline") return;
    fall();
    entity.timeout = FAREWELL_MS;
    dropping ??= entity
      .disconnect()
      .catch(() => undefined)
      .then(() => {
        dropping = undefined;
        entity.timeout = patience.answerMs;
      });
  }

  function fall(): void {
    const was = up;
    up = false;
    watch.stop();
    requests.failAll();
    if (was && !stopped) events.down();
  }

  async function attempt(): Promise<void> {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    await dropping;
    if (stopped || up || (entity.status !== "disconnect" && entity.status !== "offline")) return;
    events.retrying(null);
    attemptAt = performance.now();
    clearTimeout(attemptTimer);
    attemptTimer = setTimeout(drop, patience.attemptMs);
    try {
      const connected = entity.connect(websocket);
      // A socket that we have left may still fail, and nobody else would listen then.
      entity.socket?.on("error", () => undefined);
      await connected;
      await entity.open({ domain });
    } catch {
      // Ends in "disconnect", which has the next try follow.
      drop();
    }
  }

  /** The network is back. An attempt that began without it hangs, most likely, and would for as long as its patience lasts. */
  function hurry(): void {
    const age = performance.now() - attemptAt;
    if (age > HANGS_MS) drop();
    else {
      clearTimeout(attemptTimer);
      attemptTimer = setTimeout(hurry, HANGS_MS);
    }
    void attempt();
  }

  function schedule(): void {
    if (stopped || retryTimer !== undefined) return;
    const delay = backoffMs(attempts++, Math.random());
    events.retrying(Date.now() + delay);
    retryTimer = setTimeout(attempt, delay);
  }

  function refuse(why: SessionRefusal): void {
    if (stopped) return;
    events.refused(why);
    void stop();
  }

  function send(stanza: Element): boolean {
    if (!up) return false;
    // A failed write shows as a lost link; what was written is then in the library's queue or the archive tells.
    entity.send(stanza).catch(drop);
    return true;
  }

  function request(
    type: "get" | "set",
    to: string,
    payload: Element,
    timeoutMs = REQUEST_MS,
  ): Promise<Element | undefined> {
    const { id, answer } = requests.expect(to, timeoutMs);
    // Down means down for all of them.
    if (!send(xml("iq", { type, to, id }, payload))) requests.failAll();
    return answer;
  }

  async function stop(): Promise<void> {
    stopped = true;
    up = false;
    clearTimeout(retryTimer);
    watch.stop();
    clearTimeout(attemptTimer);
    requests.failAll();
    await dropping;
    entity.timeout = FAREWELL_MS;
    await entity.stop().catch(() => undefined);
  }

  void attempt();
  return {
    get jid() {
      return entity.jid?.toString() ?? account;
    },
    get isUp() {
      return up;
    },
    send,
    request,
    probe() {
      if (stopped) return;
      if (up) return watch.probe();
      hurry();
    },
    stop,
    leave() {
      if (!up) return;
      stopped = true;
      // Written at once or never: there is nobody left to wait.
      entity.write(entity.footer(entity.footerElement())).catch(() => undefined);
    },
  };
}
