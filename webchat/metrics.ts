/** What the gateway counts: open sockets, what they say and get, and what is refused. */
import { Counter, Gauge, Histogram } from "prom-client";
import type { ClientFrame, ServerFrame } from "../protocol/visitor-api.ts";
import { type Metrics, QUICK_S } from "../runtime/metrics.ts";
import type { PageWatch } from "./http/socket.ts";

export type GatewayMetrics = {
  /** What happens on one page's socket. */
  page(): PageWatch;
  /** Somebody's limit was reached. */
  limited(doing: string, who: string): void;
  flooded(): void;
};

/** What is looked at when somebody asks. */
export type Watched = { readonly pages: number; readonly waitingBytes: number; readonly visits: number };

/** Lines of one page that wait for the room's word; more are not followed. */
const MOST_FOLLOWED = 200;

/** `watched` is asked for only when metrics are: it may be made later. */
export function createGatewayMetrics(metrics: Metrics, watched: () => Watched, now: () => number): GatewayMetrics {
  const registers = [metrics];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge("foyer_pages", "Sockets of visitors' pages that are open", () => watched().pages);
  gauge("foyer_visits", "Visitors with a page, or a request and time to come back", () => watched().visits);
  gauge("foyer_unsent_bytes", "Sent to pages that have not taken it yet", () => watched().waitingBytes);

  const opened = new Counter({ name: "foyer_pages_opened_total", help: "Sockets that were opened", registers });
  const cut = new Counter({
    name: "foyer_pages_cut_total",
    help: "Sockets that we closed, by reason",
    labelNames: ["reason"],
    registers,
  });
  const said = new Counter({
    name: "foyer_lines_said_total",
    help: "Lines that pages gave us, said again after a break included",
    registers,
  });
  const sent = new Counter({
    name: "foyer_lines_sent_total",
    help: "Lines that the room said were sent, to the page that said them",
    registers,
  });
  const took = new Histogram({
    name: "foyer_line_seconds",
    help: "From a page's line to the room's word that it is sent",
    buckets: QUICK_S,
    registers,
  });
  const refused = new Counter({
    name: "foyer_refusals_total",
    help: "What pages were refused, by the code they are told",
    labelNames: ["code"],
    registers,
  });
  const limited = new Counter({
    name: "foyer_limited_total",
    help: "Refusals by limit: what was done, and whose limit it was",
    labelNames: ["doing", "who"],
    registers,
  });
  const floods = new Counter({ name: "foyer_floods_total", help: "Addresses that began to flood", registers });

  return {
    page() {
      opened.inc();
      // Made with the first line: most pages never say one.
      let waiting: Map<string, number> | undefined;
      return {
        heard(frame: ClientFrame) {
          if (frame.kind !== "say") return;
          said.inc();
          waiting ??= new Map();
          if (waiting.size < MOST_FOLLOWED && !waiting.has(frame.key)) waiting.set(frame.key, now());
        },
        told(frame: ServerFrame) {
          if (frame.kind === "refused") {
            refused.inc({ code: frame.code });
            if (frame.key !== undefined) waiting?.delete(frame.key);
          }
          if (frame.kind !== "lines" || waiting === undefined) return;
          for (const { key } of frame.lines) {
            const at = key === undefined ? undefined : waiting.get(key);
            if (key === undefined || at === undefined) continue;
            waiting.delete(key);
            sent.inc();
            took.observe((now() - at) / 1000);
          }
        },
        cut: (reason) => cut.inc({ reason }),
      };
    },
    limited: (doing, who) => limited.inc({ doing, who }),
    flooded: () => floods.inc(),
  };
}
