/** The service is killed with 1,000 open sessions and 1,000,000 stored lines, and starts again. */
import { openFoyerTalks } from "../actors/foyer-talks.ts";
import { freshText } from "../actors/talk.ts";
import { withDatabase } from "../measure/database.ts";
import { fillTranscripts } from "../measure/fill.ts";
import { profiling } from "../measure/profiling.ts";
import { sleep, until } from "../measure/stats.ts";
import type { Row } from "../report.ts";
import { startBenchStack } from "../stack.ts";

const SESSIONS = 1_000;
const LINES = 1_000_000;

export const crash: Row = {
  name: "crash",
  title: "Start after a crash with 1,000 open sessions and 1,000,000 stored lines",
  async run({ figure, say }, { scale, profileDir }) {
    const sessions = Math.ceil(SESSIONS * scale);
    const stack = await startBenchStack({ agents: Math.ceil(sessions / 90) });
    try {
      await fillTranscripts(stack, LINES * scale);
      say("the past is written");
      const talk = await openFoyerTalks(stack, sessions);
      say("the sessions stand");
      await stack.component.kill();
      // What is said meanwhile only the rooms' archives know: a seat is taken when its room's line stands in the transcript.
      const texts: string[] = [];
      let heard = 0;
      talk.onLine = (who) => {
        if (who === "other") heard += 1;
      };
      for (let room = 0; room < sessions; room += 1) {
        const text = freshText();
        texts.push(text);
        talk.say(room, 0, text);
        if (room % 50 === 49) await sleep(100);
      }
      await until("the lines to be heard", () => heard >= sessions, 30_000);

      const begin = performance.now();
      await stack.component.start();
      const readyS = (performance.now() - begin) / 1000;
      const profile = await profiling(stack, profileDir, "crash");
      await until("the seats", async () => (await stored(stack, texts)) === sessions, 120_000, 100);
      const seatedS = (performance.now() - begin) / 1000;
      await profile();
      figure({
        what: "ready",
        target: "≤ 5 s",
        value: `${readyS.toFixed(2)} s`,
        met: readyS <= 5,
        note: "from the start of the process until it serves its workgroups",
      });
      figure({
        what: `${sessions} seats taken and caught up`,
        target: "≤ 20 s",
        value: `${seatedS.toFixed(1)} s`,
        met: seatedS <= 20,
        note: "until the line said in each room while it was away is stored",
      });
    } finally {
      await stack.stop();
    }
  },
};

const stored = (stack: Parameters<typeof withDatabase>[0], texts: readonly string[]): Promise<number> =>
  withDatabase(stack, async (query) => {
    const newest = "SELECT body FROM transcript_lines WHERE kind = 'line' ORDER BY id DESC LIMIT 20000";
    const rows = await query(`SELECT count(DISTINCT body) AS n FROM (${newest}) AS t WHERE body = ANY ($1::text[])`, [
      texts,
    ]);
    return Number(rows[0]?.n);
  });
