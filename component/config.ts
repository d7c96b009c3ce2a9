/** The settings of the workgroup service's process. Workgroups themselves are configured in Prosody. */
import { oneOf, readEnv, secret, text, url, wholeNumber } from "../runtime/env.ts";
import { LOG_LEVELS, type LogLevel } from "../runtime/log.ts";

export type Config = {
  xmpp: { service: string; domain: string; secret: string };
  databaseUrl: string;
  /** Where /metrics and /health are served; port 0: nowhere. */
  metrics: { host: string; port: number };
  logLevel: LogLevel;
};

const DATABASE = {
  DATABASE_URL: url(["postgres:", "postgresql:"]),
  DATABASE_PASSWORD: secret().optional(), // Goes into the address: so a container's secret need not stand in it.
};

/** The database's address alone, as the bringing up to date of its schema needs it. @throws SettingsError */
export function readDatabaseUrl(source: Record<string, string | undefined> = process.env): string {
  return withPassword(readEnv(DATABASE, source));
}

function withPassword(env: { DATABASE_URL: string; DATABASE_PASSWORD?: string | undefined }): string {
  if (env.DATABASE_PASSWORD === undefined) return env.DATABASE_URL;
  const address = new URL(env.DATABASE_URL);
  address.password = encodeURIComponent(env.DATABASE_PASSWORD);
  return address.href;
}

/** @throws SettingsError with every mistake */
export function readConfig(source: Record<string, string | undefined> = process.env): Config {
  const env = readEnv(
    {
      XMPP_SERVICE: url(["xmpp:"], "xmpp://127.0.0.1:5347"), // Prosody's port for components.
      XMPP_DOMAIN: text(), // The server's domain; the service is workgroup.<domain>.
      COMPONENT_SECRET: secret(16),
      ...DATABASE,
      METRICS_HOST: text("127.0.0.1"),
      METRICS_PORT: wholeNumber(0, 65_535, 9464),
      LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
    },
    source,
  );
  return {
    xmpp: { service: env.XMPP_SERVICE, domain: env.XMPP_DOMAIN, secret: env.COMPONENT_SECRET },
    databaseUrl: withPassword(env),
    metrics: { host: env.METRICS_HOST, port: env.METRICS_PORT },
    logLevel: env.LOG_LEVEL,
  };
}
