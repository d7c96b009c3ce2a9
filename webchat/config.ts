/** The gateway's settings, read from the environment once. */

import { list, oneOf, port, readEnv, seconds, secret, text, url, wholeNumber } from "../runtime/env.ts";
import { LOG_LEVELS, type LogLevel } from "../runtime/log.ts";
import { isNetwork } from "./http/address.ts";
import { type Most, type Rates, readLimits } from "./http/limits.ts";

export type Config = {
  xmpp: {
    /** `xmpp://host:port` of the server's component port. */
    service: string;
    /** The XMPP domain; the gateway is `webchat.` below it, the workgroups `workgroup.`, the rooms `conference.`. */
    domain: string;
    secret: string;
  };
  http: { host: string; port: number };
  /** Where /metrics and /health are served to those who watch over us; port 0: nowhere. */
  metrics: { host: string; port: number };
  /** Addresses or networks of the proxies in front of us, whose X-Forwarded-For is believed. */
  trustedProxies: string[];
  limits: { rates: Rates; most: Most };
  /** Signs visit tokens; changing it ends every visit's memory. */
  tokenSecret: string;
  /** Where agents' browsers reach the server (RFC 7395). */
  agentWebsocketUrl: string;
  /** Where the world reaches us, without a slash at its end; where the server keeps files; and how large they may be. */
  files: { publicUrl: string; server: string; maxBytes: number };
  /** How long a visitor without a page keeps place and seat. */
  visitorGraceS: number;
  logLevel: LogLevel;
};

/** @throws SettingsError with every mistake */
export function readConfig(source?: Record<string, string | undefined>): Config {
  const env = readEnv(
    {
      XMPP_SERVICE: url(["xmpp:"], "xmpp://127.0.0.1:5347"),
      XMPP_DOMAIN: text("localhost"),
      COMPONENT_SECRET: secret(),
      HTTP_HOST: text("127.0.0.1"), // Others reach it through the TLS proxy in front of it.
      HTTP_PORT: port(8080),
      METRICS_HOST: text("127.0.0.1"),
      METRICS_PORT: wholeNumber(0, 65_535, 9465),
      TRUSTED_PROXIES: list().where(
        (all) => all.every(isNetwork),
        'must be addresses or networks with commas between, such as "127.0.0.1, 10.0.0.0/8"',
      ),
      LIMITS: list().where(
        (all) => readLimits(all).mistakes.length === 0,
        'must be limits with commas between, such as "joins.address=20:0.5, sockets=5000"',
      ),
      TOKEN_SECRET: secret(32), // As long as what HS256 makes of it, or guessing it becomes the easier way.
      AGENT_WEBSOCKET_URL: url(["ws:", "wss:"], "ws://localhost:5280/xmpp-websocket"),
      PUBLIC_URL: url(["http:", "https:"], "http://localhost:8080"),
      FILE_SERVER: url(["http:"], "http://127.0.0.1:5280"), // Prosody's own port for HTTP.
      MAX_FILE_MB: wholeNumber(1, 1_000, 20),
      VISITOR_GRACE_S: seconds(60),
      LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
    },
    source,
  );
  const { rates, most } = readLimits(env.LIMITS);
  return {
    xmpp: { service: env.XMPP_SERVICE, domain: env.XMPP_DOMAIN, secret: env.COMPONENT_SECRET },
    http: { host: env.HTTP_HOST, port: env.HTTP_PORT },
    metrics: { host: env.METRICS_HOST, port: env.METRICS_PORT },
    trustedProxies: env.TRUSTED_PROXIES,
    limits: { rates, most },
    tokenSecret: env.TOKEN_SECRET,
    agentWebsocketUrl: env.AGENT_WEBSOCKET_URL,
    files: {
      publicUrl: env.PUBLIC_URL.replace(/\/$/, ""),
      server: env.FILE_SERVER,
      maxBytes: env.MAX_FILE_MB * 1024 * 1024,
    },
    visitorGraceS: env.VISITOR_GRACE_S,
    logLevel: env.LOG_LEVEL,
  };
}
