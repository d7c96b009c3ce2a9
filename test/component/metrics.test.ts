import { describe, expect, it } from "vitest";
import { initialState, step } from "../../component/domain/dispatcher.ts";
import type { Effect, SaveEffect } from "../../component/domain/effects.ts";
import type { WorkgroupEvent } from "../../component/domain/events.ts";
import type { WorkgroupSettings, WorkgroupState } from "../../component/domain/model.ts";
import { Recorder } from "../../component/engine/recorder.ts";
import { createServiceMetrics } from "../../component/metrics.ts";
import { silentLog } from "../../runtime/log.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { createFakeLink } from "../support/fake-link.ts";
import { samplesOf } from "../support/open-metrics.ts";
import { fakeDatabase } from "./engine/fake-database.ts";

const SETTINGS: WorkgroupSettings = {
  node: "support",
  title: "Support",
  description: "",
  open: true,
  agents: [{ jid: "anna@localhost", name: "Anna" }],
  form: { title: "", instructions: "", fields: [] },
  routing: "fewest-chats",
  offerTimeoutS: 20,
  requestTimeoutS: 240,
  rejectionMemoryS: 20,
  agentJoinTimeoutS: 30,
  agentGraceS: 30,
  visitorGraceS: 60,
  minChats: 1,
  maxChats: 4,
  texts: {},
};

const isSave = (effect: Effect): effect is SaveEffect => effect.type.startsWith("save-");

/** A workgroup whose steps are counted as the service counts them. */
function world() {
  let state: WorkgroupState = initialState(SETTINGS);
  let now = 0;
  const metrics = createMetrics(createFakeLink());
  const recorder = { held: 0 };
  const mailbox = { depth: 0 };
  const counted = createServiceMetrics(metrics, () => ({
    workgroups: { all: [{ node: SETTINGS.node, committed: state, backlog: mailbox.depth }] },
    recorder,
    now: () => now,
  }));
  return {
    counted,
    recorder,
    mailbox,
    happens(event: WorkgroupEvent): void {
      now = event.at;
      const { state: after, effects } = step(state, event, () => ({ chats: 0, offers: 0 }));
      counted.saved(SETTINGS.node, state, after, effects.filter(isSave));
      state = after;
    },
    at: (time: number) => {
      now = time;
    },
    async values(): Promise<Record<string, number>> {
      const samples = samplesOf(await metrics.metrics());
      return Object.fromEntries(samples.map(({ name, labels, value }) => [name + labels, value]));
    },
  };
}

const agent = SETTINGS.agents[0]?.jid ?? "";
const of = `{workgroup="${SETTINGS.node}"}`;
const join = (id: string, at: number): WorkgroupEvent => ({
  type: "join-requested",
  at,
  id,
  visitor: `${id}@web/x`,
  userId: `${id}@web`,
  metadata: { username: ["V"], email: ["v@x.org"], question: ["?"] },
});

describe("what the service counts", () => {
  it("follows a visitor who waits, is offered twice and leaves", async () => {
    const { happens, at, values } = world();
    happens(join("r1", 1_000));
    expect(await values()).not.toHaveProperty(`foyer_requests_total${of}`);
    happens({ type: "agent-signed-in", at: 2_000, device: `${agent}/a`, show: "available", maxChats: null });
    happens(join("r1", 10_000));
    at(15_000);
    expect(await values()).toMatchObject({
      [`foyer_requests_total${of}`]: 1,
      [`foyer_queue_length${of}`]: 1,
      [`foyer_queue_oldest_seconds${of}`]: 5,
      [`foyer_agents${of}`]: 1,
      [`foyer_open${of}`]: 1,
      [`foyer_offer_latency_seconds_count${of}`]: 1,
      [`foyer_offer_latency_seconds_sum${of}`]: 0,
    });
    happens({ type: "offer-answered", at: 16_000, device: `${agent}/a`, offer: { id: "r1" }, accepted: false });
    happens({
      type: "timer-fired",
      at: 16_000 + SETTINGS.rejectionMemoryS * 1_000,
      timer: { kind: "dispatch" },
    });
    happens({ type: "depart-requested", at: 90_000, visitor: "r1@web/x" });
    expect(await values()).toMatchObject({
      [`foyer_queue_length${of}`]: 0,
      [`foyer_queue_oldest_seconds${of}`]: 0,
      [`foyer_offers_total{workgroup="${SETTINGS.node}",outcome="rejected"}`]: 1,
      [`foyer_offers_total{workgroup="${SETTINGS.node}",outcome="visitor-gone"}`]: 1,
      [`foyer_requests_ended_total{workgroup="${SETTINGS.node}",reason="visitor-cancelled"}`]: 1,
      // The first offer only.
      [`foyer_offer_latency_seconds_count${of}`]: 1,
      'foyer_offer_answer_seconds_sum{outcome="rejected"}': 6,
    });
  });

  it("tells what waits to be decided, and what waits to be stored", async () => {
    const { recorder, mailbox, values } = world();
    const name = `foyer_mailbox_depth${of}`;
    expect(await values()).toMatchObject({ [name]: 0, foyer_transcript_rows_held: 0 });
    mailbox.depth = 7;
    recorder.held = 9;
    expect(await values()).toMatchObject({ [name]: 7, foyer_transcript_rows_held: 9 });
  });

  it("calls a line lost that cannot be stored though the database is there", async () => {
    const { counted, values } = world();
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog, counted);
    const row = { session: "r1", speakerKind: "visitor", nick: "V", jid: "", occupant: "", key: "", at: 1 } as const;
    db.fate = "mistaken";
    recorder.record({ ...row, stanzaId: "s1", kind: "line", body: "x" });
    recorder.record({ ...row, stanzaId: "s2", kind: "joined", body: "" });
    await recorder.settled();
    expect(await values()).toMatchObject({ foyer_lines_lost_total: 1 });
  });
});
