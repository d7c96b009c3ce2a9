/** What the gateway counts: open sockets, what they say and get, and what is refused. */
import { Counter, Gauge, Histogram } from "prom-client";
import { type Metrics, QUICK_S } from "../runtime/metrics.ts";
import type { Page } from "./domain/page.ts";
import type { PageWatch } from "./http/socket.ts";

export type GatewayMetrics = {
  /** What happens on the pages' sockets. */
  pages: PageWatch;
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

  // When a page's lines were said, by their keys. Most pages never say one.
  const waiting = new WeakMap<Page, Map<string, number>>();
  function heardLine(page: Page, key: string): void {
    said.inc();
    const lines = waiting.get(page) ?? new Map<string, number>();
    waiting.set(page, lines);
    if (lines.size < MOST_FOLLOWED && !lines.has(key)) lines.set(key, now());
  }

  return {
    pages: {
      opened: () => opened.inc(),
      heard(page, frame) {
        if (frame.kind === "say") heardLine(page, frame.key);
      },
      told(page, frame) {
        if (frame.kind === "refused") {
          refused.inc({ code: frame.code });
          if (frame.key !== undefined) waiting.get(page)?.delete(frame.key);
        }
        if (frame.kind !== "lines") return;
        const lines = waiting.get(page);
        for (const { key } of lines ? frame.lines : []) {
          const at = key === undefined ? undefined : lines?.get(key);
          if (key === undefined || at === undefined) continue;
          lines?.delete(key);
          sent.inc();
          took.observe((now() - at) / 1000);
        }
      },
      cut: (reason) => cut.inc({ reason }),
    },
    limited: (doing, who) => limited.inc({ doing, who }),
    flooded: () => floods.inc(),
  };
}
