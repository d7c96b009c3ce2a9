/** A visitor comes back to an ended talk, with 1,000,000 lines stored: how long until the lines are there. */

import { buildPing } from "../../protocol/ping.ts";
import { connectRaw } from "../actors/raw-rooms.ts";
import { BenchVisitor } from "../actors/visitor.ts";
import { filledSession, filledToken, filledVisit, fillTranscripts, LINES_A_SESSION } from "../measure/fill.ts";
import { sleep, summary } from "../measure/stats.ts";
import { ms, type Row } from "../report.ts";
import { RAW_COMPONENTS, startBenchStack } from "../stack.ts";

const LINES = 1_000_000;
const COUNT = 500;

export const history: Row = {
  name: "history",
  title: "A visitor's history with 1,000,000 lines stored",
  async run({ figure, say }, { scale }) {
    const stack = await startBenchStack({ agents: 1 });
    try {
      const sessions = await fillTranscripts(stack, LINES * scale);
      say(`${sessions} talks of ${LINES_A_SESSION} lines stand in the database`);
      const raw = await connectRaw(stack);
      const [trips, whole, asked]: [number[], number[], number[]] = [[], [], []];
      for (let i = 0; i < COUNT; i += 1) {
        const talk = Math.floor(Math.random() * sessions);
        let begin = performance.now();
        await raw.components[0]?.ask(`u@${RAW_COMPONENTS[0]}/a`, `u@${RAW_COMPONENTS[1]}/b`, "get", buildPing());
        trips.push(performance.now() - begin);

        const visitor = new BenchVisitor(stack.url);
        visitor.token = await filledToken(stack, talk);
        let lines = 0;
        const complete = new Promise<void>((resolve) => {
          visitor.onLines = (frame) => {
            lines += frame.lines.length;
            if (frame.complete) resolve();
          };
        });
        begin = performance.now();
        await visitor.connect();
        const welcomed = performance.now();
        await complete;
        whole.push(performance.now() - begin);
        asked.push(performance.now() - welcomed);
        if (lines !== LINES_A_SESSION)
          throw new Error(`${lines} lines came of ${filledSession(talk)} for ${filledVisit(talk)}`);
        visitor.close();
        await sleep(10);
      }
      const [t, w, a] = [summary(trips), summary(whole), summary(asked)];
      const of = { target: "≤ 20 ms", baseline: ms(t.p95) };
      figure({
        what: "history, from the welcome to its last line, p95",
        ...of,
        value: ms(a.p95),
        ratio: a.p95 / t.p95,
        met: a.p95 <= 20,
        note: `p50 ${ms(a.p50)}; baseline: one raw IQ round trip`,
      });
      figure({
        what: "from opening the socket to the last line, p95",
        ...of,
        value: ms(w.p95),
        ratio: w.p95 / t.p95,
        met: w.p95 <= 20,
        note: `p50 ${ms(w.p50)}`,
      });
    } finally {
      await stack.stop();
    }
  },
};
