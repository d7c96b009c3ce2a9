/** The settings of the workgroup service's process. Workgroups themselves are configured in Prosody. */
import { isEmailAddress } from "../protocol/email.ts";
import { oneOf, readEnv, SettingsError, secret, text, url, wholeNumber } from "../runtime/env.ts";
import { LOG_LEVELS, type LogLevel } from "../runtime/log.ts";
import type { MailSettings } from "./mail.ts";

export type Config = {
  xmpp: { service: string; domain: string; secret: string };
  databaseUrl: string;
  /** Where /metrics and /health are served; port 0: nowhere. */
  metrics: { host: string; port: number };
  logLevel: LogLevel;
  /** Where e-mail leaves, and whom it is from; null: there is none. */
  mail: MailSettings | null;
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
  return filledIn(env.DATABASE_URL, env.DATABASE_PASSWORD);
}

function filledIn(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  const address = new URL(url);
  address.password = encodeURIComponent(password);
  return address.href;
}

const MAIL = {
  SMTP_URL: url(["smtp:", "smtps:"]).optional(), // Such as smtp://user@mail.example.org:587; without it nothing is mailed.
  SMTP_PASSWORD: secret().optional(), // Goes into the address.
  MAIL_FROM: text().optional(), // The address that every mail is from.
};

type MailEnv = { SMTP_URL?: string | undefined; SMTP_PASSWORD?: string | undefined; MAIL_FROM?: string | undefined };

function readMail({ SMTP_URL: server, SMTP_PASSWORD: password, MAIL_FROM: from }: MailEnv): MailSettings | null {
  if (server === undefined) return null;
  if (from === undefined || !isEmailAddress(from)) {
    throw new SettingsError(["MAIL_FROM must be an e-mail address, since SMTP_URL is set"]);
  }
  return { url: filledIn(server, password), from };
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
      ...MAIL,
      LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
    },
    source,
  );
  return {
    xmpp: { service: env.XMPP_SERVICE, domain: env.XMPP_DOMAIN, secret: env.COMPONENT_SECRET },
    databaseUrl: withPassword(env),
    metrics: { host: env.METRICS_HOST, port: env.METRICS_PORT },
    logLevel: env.LOG_LEVEL,
    mail: readMail(env),
  };
}
