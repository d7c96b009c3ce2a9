/** The log: one JSON line per event, a fixed phrase and fields. What people wrote, and every secret, stays out of it. */
import pino from "pino";

export type Fields = Record<string, unknown>;
/** `log.info("offer sent", { workgroup, offer })`: a fixed phrase first, so that lines can be counted and searched. */
export type Log = {
  debug(phrase: string, fields?: Fields): void;
  info(phrase: string, fields?: Fields): void;
  warn(phrase: string, fields?: Fields): void;
  error(phrase: string, fields?: Fields): void;
  /** The same log with fields that every line bears. */
  with(fields: Fields): Log;
};

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

// Names of fields whose values never reach the log, however deep the caller nests them (two levels).
const HIDDEN = ["secret", "password", "token", "authorization", "body", "text", "answers", "metadata"];

/**
 * Creates the log of one process.
 * `secrets` are values (not names) that are struck out wherever they appear, as in an error's message.
 * `write` gets each finished line; standard output when absent.
 */
export function createLog(options: {
  name: string;
  level: LogLevel;
  secrets?: readonly string[];
  write?: (line: string) => void;
}): Log {
  // Short values would strike out ordinary words.
  const secrets = (options.secrets ?? []).filter((secret) => secret.length >= 6);
  const write = options.write ?? ((line) => void process.stdout.write(line));
  const stream = {
    write: (line: string) => write(secrets.reduce((text, one) => text.replaceAll(escaped(one), "[secret]"), line)),
  };
  const paths = HIDDEN.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const logger = pino(
    {
      name: options.name,
      level: options.level,
      base: { name: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: "[hidden]" },
      serializers: { error: describeError },
    },
    stream,
  );
  return wrap(logger);
}

/** A log that says nothing, for tests. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLog,
};

function wrap(logger: pino.Logger): Log {
  return {
    debug: (phrase, fields = {}) => logger.debug(fields, phrase),
    info: (phrase, fields = {}) => logger.info(fields, phrase),
    warn: (phrase, fields = {}) => logger.warn(fields, phrase),
    error: (phrase, fields = {}) => logger.error(fields, phrase),
    with: (fields) => wrap(logger.child(fields)),
  };
}

/** As the value stands inside a JSON string. */
const escaped = (secret: string): string => JSON.stringify(secret).slice(1, -1);

/** Errors as `{ name, message, stack, cause }`: no other property, since libraries hang payloads on their errors. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
