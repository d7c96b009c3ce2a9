/** Every setting of the stack, read once from the environment (and `.env`) and checked together. */
import { existsSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join, resolve } from "node:path";
import { isEmailAddress } from "../protocol/email.ts";
import { list, oneOf, port, readEnv, SettingsError, text, wholeNumber } from "../runtime/env.ts";
import { CannotStart } from "./cannot-start.ts";

/** The folder that holds package.json. */
export const ROOT = resolve(import.meta.dirname, "..");

const fitting = (pattern: RegExp, words: string, fallback?: string) =>
  text(fallback).where((value) => pattern.test(value), words);
const listening = fitting(
  /^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/,
  "must be an IPv4 address and a port, such as 0.0.0.0:5269",
);
const database = fitting(/^postgres(ql)?:\/\/.+\/.+/, "must look like postgresql://user:password@host:5432/database");

const SHAPE = {
  FOYER_DATA: text("data"),
  FOYER_DOMAIN: fitting(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    "must be a domain in lower case, such as example.com",
    "localhost",
  ),
  FOYER_HOST: text("127.0.0.1").where(isIPv4, "must be an IPv4 address to listen on, such as 127.0.0.1 or 0.0.0.0"),
  FOYER_HTTP_PORT: port(8080),
  FOYER_C2S_PORT: port(5222),
  FOYER_PROSODY_HTTP_PORT: port(5280),
  FOYER_COMPONENT_PORT: port(5347),
  FOYER_POSTGRES_PORT: port(15432),
  FOYER_COMPONENT_METRICS_PORT: port(9464),
  FOYER_WEBCHAT_METRICS_PORT: port(9465),
  FOYER_WEBSOCKET_URL: fitting(/^wss?:\/\/./, "must be an address that begins with ws:// or wss://").optional(),
  FOYER_URL: fitting(/^https?:\/\/[^/?#]+\/?$/, "must be an address that begins with http:// or https://").optional(),
  FOYER_MAX_FILE_MB: wholeNumber(1, 1_000, 20),
  FOYER_ADMINS: list(),
  FOYER_DEMO_PASSWORD: fitting(/^[\x21-\x7e]{6,64}$/, "must be 6 to 64 printable characters").optional(),
  FOYER_S2S: listening.optional(),
  SMTP_URL: fitting(/^smtps?:\/\/./, "must be an address that begins with smtp:// or smtps://").optional(),
  SMTP_PASSWORD: text().optional(),
  MAIL_FROM: text().optional(),
  FOYER_LOG_LEVEL: oneOf(["debug", "info", "warn", "error"], "info"),
  DATABASE_URL: database.optional(),
  PROSODY_DATABASE_URL: database.optional(),
};

export type Settings = {
  /** Absolute; all state lives here. */
  dataDir: string;
  domain: string;
  /** The address that gateway, XMPP clients' port and WebSocket listen on. */
  host: string;
  ports: {
    http: number;
    c2s: number;
    prosodyHttp: number;
    component: number;
    postgres: number;
    componentMetrics: number;
    webchatMetrics: number;
  };
  /** Where other XMPP servers reach this one; without it, it speaks to none. */
  s2s: { host: string; port: number } | undefined;
  /** Where e-mail leaves, and whom it is from; without it nothing is mailed. */
  mail: { url: string; password: string | undefined; from: string } | undefined;
  /** Where the agents' browsers reach Prosody. */
  websocketUrl: string;
  /** Where the world reaches the web gateway, without a slash at its end; files have their addresses below it. */
  publicUrl: string;
  /** The largest file that may be sent, in MiB. */
  maxFileMb: number;
  /** Bare addresses of the administrators. */
  admins: string[];
  /** The agents' password; without it they are random. */
  demoPassword: string | undefined;
  logLevel: "debug" | "info" | "warn" | "error";
  /** Databases on a server of somebody else's; without the first one an embedded server is run. */
  databaseUrl: string | undefined;
  prosodyDatabaseUrl: string | undefined;
};

/**
 * Reads the settings from `env`; an empty value counts as none.
 * @throws CannotStart with one line for each mistake.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const values = readOrExplain(env);
  return {
    dataDir: resolve(ROOT, values.FOYER_DATA),
    domain: values.FOYER_DOMAIN,
    host: values.FOYER_HOST,
    ports: {
      http: values.FOYER_HTTP_PORT,
      c2s: values.FOYER_C2S_PORT,
      prosodyHttp: values.FOYER_PROSODY_HTTP_PORT,
      component: values.FOYER_COMPONENT_PORT,
      postgres: values.FOYER_POSTGRES_PORT,
      componentMetrics: values.FOYER_COMPONENT_METRICS_PORT,
      webchatMetrics: values.FOYER_WEBCHAT_METRICS_PORT,
    },
    s2s: readListening(values.FOYER_S2S),
    mail: readMail(values),
    websocketUrl: values.FOYER_WEBSOCKET_URL ?? `ws://localhost:${values.FOYER_PROSODY_HTTP_PORT}/xmpp-websocket`,
    publicUrl: (values.FOYER_URL ?? `http://localhost:${values.FOYER_HTTP_PORT}`).replace(/\/$/, ""),
    maxFileMb: values.FOYER_MAX_FILE_MB,
    admins: values.FOYER_ADMINS,
    demoPassword: values.FOYER_DEMO_PASSWORD,
    logLevel: values.FOYER_LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    prosodyDatabaseUrl: values.PROSODY_DATABASE_URL,
  };
}

function readListening(text: string | undefined): Settings["s2s"] {
  if (text === undefined) return undefined;
  const [host = "", port] = text.split(":");
  return { host, port: Number(port) };
}

function readMail(values: ReturnType<typeof readOrExplain>): Settings["mail"] {
  const { SMTP_URL: url, SMTP_PASSWORD: password, MAIL_FROM: from } = values;
  if (url === undefined) return undefined;
  if (from !== undefined && isEmailAddress(from)) return { url, password, from };
  throw new CannotStart(["MAIL_FROM must be an e-mail address, since SMTP_URL is set"]);
}

function readOrExplain(env: Record<string, string | undefined>) {
  try {
    return readEnv(SHAPE, env);
  } catch (error) {
    if (error instanceof SettingsError) throw new CannotStart([...error.mistakes], error);
    throw error;
  }
}

/** An address under which a server that listens on `host` can be reached from this machine. */
export function localAddress(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host;
}

/** The environment, with what `.env` beside package.json adds to it. What is set outside goes first. */
export function loadEnvironment(): Record<string, string | undefined> {
  const file = join(ROOT, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}
