/**
 * What the workgroup service counts. What stands in the state is reckoned from it when somebody asks; what happens is
 * counted after it was saved.
 */
import { Counter, Gauge, Histogram } from "prom-client";
import type { Metrics } from "../runtime/metrics.ts";
import { QUICK_S, SLOW_S } from "../runtime/metrics.ts";
import { availability, isWaiting } from "./domain/dispatcher.ts";
import type { SaveEffect } from "./domain/effects.ts";
import type { Offer, OfferOutcome, Request, WorkgroupState } from "./domain/model.ts";
import type { RecorderWatch } from "./engine/recorder.ts";
import type { Workgroup } from "./engine/workgroup.ts";

export type ServiceMetrics = RecorderWatch & {
  /** A batch of steps is saved; `before` and `after` are the states around it. */
  saved(workgroup: string, before: WorkgroupState, after: WorkgroupState, effects: readonly SaveEffect[]): void;
  /** A client took delivery of an offer, after as many ms. */
  delivered(afterMs: number): void;
};

/** What is looked at when somebody asks. */
export type Watched = {
  workgroups: { readonly all: readonly Pick<Workgroup, "node" | "committed" | "backlog">[] };
  recorder: { readonly held: number };
  now(): number;
};

/** `watched` is asked for only when metrics are: it may be made later. */
export function createServiceMetrics(metrics: Metrics, watched: () => Watched): ServiceMetrics {
  const registers = [metrics];
  const labelNames = ["workgroup"] as const;
  gauges(metrics, watched);

  const joined = new Counter({
    name: "foyer_requests_total",
    help: "Visitors who joined a queue",
    labelNames,
    registers,
  });
  const ended = new Counter({
    name: "foyer_requests_ended_total",
    help: "Requests that ended, by reason",
    labelNames: ["workgroup", "reason"],
    registers,
  });
  const started = new Counter({
    name: "foyer_sessions_started_total",
    help: "Talks that began, those with a second agent included",
    labelNames,
    registers,
  });
  const outcomes = new Counter({
    name: "foyer_offers_total",
    help: "Offers that were decided, by outcome",
    labelNames: ["workgroup", "outcome"],
    registers,
  });
  const latency = new Histogram({
    name: "foyer_offer_latency_seconds",
    help: "From joining the queue to the first offer to an agent",
    labelNames,
    buckets: [...QUICK_S, 30, 60, 300],
    registers,
  });
  const answered = new Histogram({
    name: "foyer_offer_answer_seconds",
    help: "From an offer to its end, by outcome",
    labelNames: ["outcome"],
    buckets: SLOW_S,
    registers,
  });
  const delivery = new Histogram({
    name: "foyer_offer_delivery_seconds",
    help: "From sending an offer to the acknowledgement of the agent's client",
    buckets: QUICK_S,
    registers,
  });
  const lines = new Counter({
    name: "foyer_lines_total",
    help: "Lines stored in transcripts, by who spoke",
    labelNames: ["speaker"],
    registers,
  });
  const lost = new Counter({
    name: "foyer_lines_lost_total",
    help: "Lines that a room said were sent and that no transcript holds; 0, or somebody must look",
    registers,
  });
  lost.inc(0);

  /** Offers that are open, and when they were sent. */
  const sentAt = new Map<string, number>();
  /** Open requests that were offered to somebody already. */
  const offered = new Set<string>();

  function offerSaved(workgroup: string, request: Request | undefined, { id, sentAt: at }: Offer): void {
    sentAt.set(id, at);
    if (request === undefined || offered.has(request.id)) return;
    offered.add(request.id);
    latency.observe({ workgroup }, Math.max(0, at - request.joinedAt) / 1000);
  }

  function offerEnded(workgroup: string, offer: string, outcome: OfferOutcome, at: number): void {
    outcomes.inc({ workgroup, outcome });
    const sent = sentAt.get(offer);
    if (sent !== undefined) answered.observe({ outcome }, Math.max(0, at - sent) / 1000);
    sentAt.delete(offer);
  }

  return {
    saved(workgroup, before, after, effects) {
      const news = new Set<string>();
      for (const effect of effects) {
        switch (effect.type) {
          case "save-request":
            // Saved at each step of its life; what was found again after a start stands in the state before.
            if (!before.requests.has(effect.request.id)) news.add(effect.request.id);
            break;
          case "save-offer":
            offerSaved(workgroup, after.requests.get(effect.request), effect.offer);
            break;
          case "save-offer-ended":
            offerEnded(workgroup, effect.offer.id, effect.outcome, effect.at);
            break;
          case "save-session-started":
            started.inc({ workgroup });
            break;
          case "save-request-ended":
            offered.delete(effect.request);
            ended.inc({ workgroup, reason: effect.reason });
            break;
        }
      }
      if (news.size > 0) joined.inc({ workgroup }, news.size);
    },
    delivered: (afterMs) => delivery.observe(afterMs / 1000),
    stored: (speaker) => lines.inc({ speaker }),
    lost: () => lost.inc(),
  };
}

function gauges(metrics: Metrics, watched: () => Watched): void {
  /** A number of each workgroup. */
  const each = (name: string, help: string, of: (one: Watched["workgroups"]["all"][number]) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ["workgroup"],
      registers: [metrics],
      collect() {
        this.reset();
        for (const one of watched().workgroups.all) this.set({ workgroup: one.node }, of(one));
      },
    });
  };
  each("foyer_queue_length", "Visitors who wait", ({ committed }) => waitingOf(committed).length);
  each(
    "foyer_queue_oldest_seconds",
    "How long the visitor waits who waits longest; 0 when nobody does",
    ({ committed }) => {
      const oldest = waitingOf(committed).reduce((least, { joinedAt }) => Math.min(least, joinedAt), watched().now());
      return (watched().now() - oldest) / 1000;
    },
  );
  each("foyer_sessions", "Talks that go on", ({ committed }) => {
    return [...committed.requests.values()].filter(({ phase }) => phase.name === "in-session").length;
  });
  each("foyer_agents", "Agents who are signed in", ({ committed }) => committed.agents.size);
  each("foyer_open", "Whether it takes visitors in, and an agent is there to chat", ({ committed }) => {
    return availability(committed) === "open" ? 1 : 0;
  });
  each("foyer_mailbox_depth", "Events that wait to be decided and saved", ({ backlog }) => backlog);
  new Gauge({
    name: "foyer_transcript_rows_held",
    help: "Rows of transcripts that wait to be stored",
    registers: [metrics],
    collect() {
      this.set(watched().recorder.held);
    },
  });
}

const waitingOf = ({ requests }: WorkgroupState) => [...requests.values()].filter(isWaiting);
