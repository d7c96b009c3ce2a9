/** The gateway's process. */
import { SettingsError } from "../runtime/env.ts";
import { createLog } from "../runtime/log.ts";
import { createMetrics, watchProcess } from "../runtime/metrics.ts";
import { createMetricsServer } from "../runtime/metrics-server.ts";
import { shutdownOnSignals } from "../runtime/shutdown.ts";
import { createComponentLink } from "../runtime/xmpp/component-link.ts";
import { createGateway } from "./app.ts";
import { type Config, readConfig } from "./config.ts";

async function main(config: Config): Promise<void> {
  const { xmpp, http, tokenSecret, agentWebsocketUrl } = config;
  const log = createLog({ name: "webchat", level: config.logLevel, secrets: [xmpp.secret, tokenSecret] });
  const link = createComponentLink({
    service: xmpp.service,
    domain: `webchat.${xmpp.domain}`,
    secret: xmpp.secret,
    secretSetting: "COMPONENT_SECRET",
    log,
  });
  const metrics = createMetrics(link);
  watchProcess(metrics);
  const gateway = createGateway({
    link,
    metrics,
    domain: xmpp.domain,
    tokenSecret,
    trustedProxies: config.trustedProxies,
    limits: config.limits,
    agentWebsocketUrl,
    files: config.files,
    visitorGraceMs: config.visitorGraceS * 1000,
    log,
  });
  const health = async () => ({ link: link.online, service: gateway.visits.trouble === null });
  const watched = createMetricsServer({ metrics, health, log });
  const shutdown = shutdownOnSignals({
    closers: [
      { name: "metrics", close: () => watched.stop() },
      { name: "gateway", close: () => gateway.stop() },
    ],
    log,
  });
  // Two gateways under one name would throw each other out in turn: whoever starts us must know.
  link.onFatal(() => void shutdown("another process has our address", 1));
  if (config.metrics.port > 0) await watched.start(config.metrics.host, config.metrics.port);
  try {
    const port = await gateway.start(http.host, http.port);
    log.info("listening", { host: http.host, port });
  } catch (error) {
    log.error(`cannot listen on ${http.host}:${http.port} (HTTP_HOST, HTTP_PORT)`, { error });
    await shutdown("no port", 1);
  }
}

try {
  await main(readConfig());
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 78; // EX_CONFIG
}
