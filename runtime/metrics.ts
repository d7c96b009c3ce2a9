/**
 * What a process tells a monitoring system (OpenMetrics): here what both services have. Metrics are counted where things
 * happen or reckoned when somebody asks; labels hold names from our own lists and of configured workgroups, never an
 * address or a word that people wrote, so that their number is bounded.
 */
import { Counter, collectDefaultMetrics, Gauge, type OpenMetricsContentType, Registry } from "prom-client";
import type { ComponentLink } from "./xmpp/component-link.ts";

export type Metrics = Registry<OpenMetricsContentType>;

/** For times that people feel, in seconds. */
export const QUICK_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** For times that people take, in seconds. */
export const SLOW_S = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];

// These look at every socket whenever they are asked, and tell nothing that our own do not.
const TOO_DEAR = [
  ...["nodejs_active_handles", "nodejs_active_handles_total", "nodejs_active_requests"],
  ...["nodejs_active_requests_total", "nodejs_active_resources", "nodejs_active_resources_total"],
];

/** Adds what every process tells of itself: processor, memory, garbage, and the delay of its event loop. */
export function watchProcess(metrics: Metrics): void {
  collectDefaultMetrics({ register: metrics });
  for (const name of TOO_DEAR) metrics.removeSingleMetric(name);
}

/** Metrics that so far tell of the link to the XMPP server. */
export function createMetrics(link: Pick<ComponentLink, "online" | "onOffline">): Metrics {
  const metrics = new Registry<OpenMetricsContentType>();
  metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [metrics];
  new Gauge({
    name: "foyer_link_up",
    help: "Whether the link to the XMPP server stands",
    registers,
    collect() {
      this.set(link.online ? 1 : 0);
    },
  });
  const breaks = new Counter({
    name: "foyer_link_breaks_total",
    help: "How often the link to the XMPP server broke",
    registers,
  });
  link.onOffline(() => breaks.inc());
  return metrics;
}
