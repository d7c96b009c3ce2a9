/** The settings of the workgroup service's process. Workgroups themselves are configured in Prosody. */
import { oneOf, readEnv, secret, text, url } from "../runtime/env.ts";
import { LOG_LEVELS, type LogLevel } from "../runtime/log.ts";

export type Config = {
  xmpp: { service: string; domain: string; secret: string };
  databaseUrl: string;
  logLevel: LogLevel;
};

/** @throws SettingsError with every mistake */
export function readConfig(source: Record<string, string | undefined> = process.env): Config {
  const env = readEnv(
    {
      XMPP_SERVICE: url(["xmpp:"], "xmpp://127.0.0.1:5347"), // Prosody's port for components.
      XMPP_DOMAIN: text(), // The server's domain; the service is workgroup.<domain>.
      COMPONENT_SECRET: secret(16),
      DATABASE_URL: url(["postgres:", "postgresql:"]),
      LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
    },
    source,
  );
  return {
    xmpp: { service: env.XMPP_SERVICE, domain: env.XMPP_DOMAIN, secret: env.COMPONENT_SECRET },
    databaseUrl: env.DATABASE_URL,
    logLevel: env.LOG_LEVEL,
  };
}
