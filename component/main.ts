/** The workgroup service as a process. */
import { SettingsError } from "../runtime/env.ts";
import { createLog } from "../runtime/log.ts";
import { createMetrics, watchProcess } from "../runtime/metrics.ts";
import { createMetricsServer } from "../runtime/metrics-server.ts";
import { shutdownOnSignals } from "../runtime/shutdown.ts";
import { createComponentLink } from "../runtime/xmpp/component-link.ts";
import { createApp } from "./app.ts";
import { type Config, readConfig } from "./config.ts";
import { answersSoon, isAway, openDatabase } from "./store/db.ts";

const DATABASE_RETRY_MS = 2_000;

function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG
  }
}

const config = settings();
const { password } = new URL(config.databaseUrl);
const log = createLog({
  name: "component",
  level: config.logLevel,
  secrets: [
    config.xmpp.secret,
    config.databaseUrl,
    decodeURIComponent(password),
    ...(config.mail ? [config.mail.url, decodeURIComponent(new URL(config.mail.url).password)] : []),
  ],
});
const db = openDatabase(config.databaseUrl, log);
const { service, domain, secret } = config.xmpp;
const link = createComponentLink({ service, domain: `workgroup.${domain}`, secret, log });
const metrics = createMetrics(link);
watchProcess(metrics);
// Who mails nothing need not hold what could.
const mailer = config.mail && (await import("./mail.ts")).createMailer(config.mail, log);
const app = createApp({ db, link, log, domain, metrics, mailer });
const health = async () => ({ database: await answersSoon(db), link: link.online });
const watched = createMetricsServer({ metrics, health, log });

const shutdown = shutdownOnSignals({
  log,
  closers: [
    { name: "metrics", close: () => watched.stop() },
    { name: "service", close: () => app.stop() },
    { name: "e-mail", close: () => mailer?.close() },
    { name: "database", close: () => db.close() },
  ],
});
// Another process has taken over the domain; two would throw each other out in turn.
link.onFatal(() => void shutdown("another process serves this domain", 1));

// Before anything else: that the database is away shall be seen.
if (config.metrics.port > 0) await watched.start(config.metrics.host, config.metrics.port);

for (;;) {
  try {
    await app.start();
    break;
  } catch (error) {
    if (!isAway(error)) {
      log.error("the service cannot start", { error });
      await shutdown("cannot start", 1);
    }
    log.warn("the database cannot be reached; trying again", { error });
    await new Promise((resolve) => setTimeout(resolve, DATABASE_RETRY_MS));
  }
}
log.info("started", { domain: `workgroup.${domain}` });
