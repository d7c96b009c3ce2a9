/** What monitoring is told of a chat, and of what is away. */
import { describe, expect, it } from "vitest";
import { FORM, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { type Sample, samplesOf } from "../support/open-metrics.ts";

const house = useHouse({});

const portOf = (service: "component" | "webchat"): number =>
  house.stack.settings.ports[service === "component" ? "componentMetrics" : "webchatMetrics"];
const ask = (service: "component" | "webchat", path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${portOf(service)}${path}`);

async function scrape(service: "component" | "webchat"): Promise<Map<string, number>> {
  const answer = await ask(service, "/metrics");
  expect(answer.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  const samples = samplesOf(await answer.text());
  return new Map(samples.map(({ name, labels, value }: Sample) => [`${name}${labels}`, value]));
}

/** Waits until the metrics are at least these. */
const shows = (service: "component" | "webchat", values: Record<string, number>): Promise<void> =>
  expect.poll(() => scrape(service).then(Object.fromEntries), { timeout: 20_000 }).toMatchObject(values);

describe("after one chat", () => {
  it("both services tell what happened, and nothing of who it was", async () => {
    const quiet = await scrape("component");
    expect(quiet.get('foyer_queue_length{workgroup="support"}')).toBe(0);
    expect(quiet.get('foyer_open{workgroup="support"}')).toBe(0);
    const anna = await house.agent("anna");
    const john = await house.visitor();
    john.join(FORM);
    await john.phase("waiting");
    await shows("component", { 'foyer_queue_length{workgroup="support"}': 1 });
    expect((await scrape("component")).get('foyer_queue_oldest_seconds{workgroup="support"}')).toBeGreaterThan(0);

    const room = await anna.take(await anna.offer(), "Anna");
    await john.phase("talking");
    for (let n = 1; n <= 3; n++) {
      john.say(`line ${n} of John's`);
      await anna.hear(room, `line ${n} of John's`);
    }
    await anna.say(room, "a line of Anna's");
    await john.line("a line of Anna's");
    john.sendText("{}");
    await john.frame("refused");
    await shows("component", {
      foyer_link_up: 1,
      'foyer_queue_length{workgroup="support"}': 0,
      'foyer_queue_oldest_seconds{workgroup="support"}': 0,
      'foyer_sessions{workgroup="support"}': 1,
      'foyer_agents{workgroup="support"}': 1,
      'foyer_open{workgroup="support"}': 1,
      'foyer_open{workgroup="sales"}': 0,
    });
    john.send({ kind: "end" });
    await john.phase("ended");

    await shows("component", {
      'foyer_sessions{workgroup="support"}': 0,
      'foyer_requests_total{workgroup="support"}': 1,
      'foyer_requests_ended_total{workgroup="support",reason="visitor-ended"}': 1,
      'foyer_sessions_started_total{workgroup="support"}': 1,
      'foyer_offers_total{workgroup="support",outcome="accepted"}': 1,
      'foyer_offer_latency_seconds_count{workgroup="support"}': 1,
      'foyer_offer_answer_seconds_count{outcome="accepted"}': 1,
      foyer_offer_delivery_seconds_count: 1,
      // The question is a line of the visitor's, too.
      'foyer_lines_total{speaker="visitor"}': 4,
      'foyer_lines_total{speaker="agent"}': 1,
      foyer_lines_lost_total: 0,
      foyer_transcript_rows_held: 0,
      'foyer_mailbox_depth{workgroup="support"}': 0,
      foyer_link_breaks_total: 0,
    });
    await shows("webchat", {
      foyer_link_up: 1,
      foyer_pages: 1,
      foyer_pages_opened_total: 1,
      foyer_visits: 1,
      foyer_lines_said_total: 3,
      foyer_lines_sent_total: 3,
      foyer_line_seconds_count: 3,
      foyer_unsent_bytes: 0,
      'foyer_refusals_total{code="bad-frame"}': 1,
    });
    for (const service of ["component", "webchat"] as const) {
      const text = await (await ask(service, "/metrics")).text();
      expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
      expect(text).toMatch(/# EOF\n$/);
      expect(text).not.toMatch(/@|John|Anna|router|127\.0\.0\.1/);
      expect(samplesOf(text).length).toBeLessThan(400);
    }
  });

  it("all is well, and what is asked amiss is answered so", async () => {
    for (const service of ["component", "webchat"] as const) {
      const answer = await ask(service, "/health");
      expect(answer.status).toBe(200);
      expect(Object.values(await answer.json())).toEqual([true, true]);
      expect((await ask(service, "/")).status).toBe(404);
      const posted = await fetch(`http://127.0.0.1:${portOf(service)}/metrics`, { method: "POST" });
      expect(posted.status).toBe(405);
    }
    // Not on the port that is for the world.
    expect((await fetch(`${house.stack.url}/metrics`)).status).toBe(404);
  });
});

describe("what is away", () => {
  const healthOf = (service: "component" | "webchat") =>
    eventually(`${service} to notice`, async () => {
      const answer = await ask(service, "/health");
      return answer.status === 503 && (await answer.json());
    });

  it("is named by /health, and the component sees its database and its link", async () => {
    await house.stack.prosody.stop();
    expect(await healthOf("component")).toEqual({ database: true, link: false });
    expect(await healthOf("webchat")).toEqual({ link: false, service: false });
    const { stack } = house;
    expect((await scrape("component")).get("foyer_link_up")).toBe(0);
    expect((await scrape("component")).get("foyer_link_breaks_total")).toBe(1);
    await stack.postgres?.stop();
    expect(
      await healthOf("component")
        .then(() => ask("component", "/health"))
        .then((one) => one.json()),
    ).toEqual({
      database: false,
      link: false,
    });
    await stack.postgres?.start();
    await stack.prosody.start();
    await expect.poll(async () => (await ask("component", "/health")).status, { timeout: 30_000 }).toBe(200);
    await expect.poll(async () => (await ask("webchat", "/health")).status, { timeout: 30_000 }).toBe(200);
  });
});
