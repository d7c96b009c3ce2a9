/** All agents sign in at once, as after a break of the network; and what signing in costs the page of one of them. */
import { pbkdf2Sync } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { createSession, type Session } from "../../agent-ui/xmpp/session.ts";
import { launchBrowser } from "../../test/support/browser.ts";
import { traceMainThread } from "../measure/main-thread.ts";
import { percentile } from "../measure/stats.ts";
import { ms, perS, type Report, type Row, ratioOf } from "../report.ts";
import { type BenchStack, startBenchStack } from "../stack.ts";
import { signIn } from "../wire/client.ts";

const AGENTS = 40;
const ROUNDS = 5;
const VISITS = 8;
/** What Prosody asks of a client that derives its key (its default). */
const ITERATIONS = 10_000;

export const signInRow: Row = {
  name: "sign-in",
  title: `${AGENTS} agents sign in at once`,
  inBrowser: true,
  async run(report) {
    const stack = await startBenchStack({ agents: AGENTS });
    const browser = await launchBrowser();
    try {
      await atOnce(report, stack);
      await inPage(report, stack, browser);
    } finally {
      await browser.close();
      await stack.stop();
    }
  },
};

/** The workspace's own link over WebSocket, beside a client at its lightest over TCP; both with SCRAM. */
async function atOnce({ figure }: Report, stack: BenchStack): Promise<void> {
  const agents = stack.agentNames.map((name) => ({ name, password: stack.agents[name]?.password ?? "" }));
  const times: { ours: number; raw: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    const raw = await Promise.all(
      agents.map(({ name: username, password }) =>
        signIn({ service: stack.c2sService, domain: "localhost", username, password, resource: "bench" }),
      ),
    );
    const rawDone = performance.now();
    for (const client of raw) client.stop();
    await Promise.all(raw.map(({ closed }) => closed));

    const oursBegin = performance.now();
    const ours = await Promise.all(agents.map(({ name, password }) => signInOurs(stack, name, password)));
    times.push({ raw: rawDone - begin, ours: performance.now() - oursBegin });
    await Promise.all(ours.map((session) => session.stop()));
  }
  const rate = (of: (one: { ours: number; raw: number }) => number): number =>
    AGENTS / (percentile(times.map(of), 0.5) / 1000);
  const [ours, raw] = [rate((one) => one.ours), rate((one) => one.raw)];
  // All of them are in one process here, so that deriving forty keys is part of it; in earnest each page derives its own.
  const begin = performance.now();
  for (let i = 0; i < 5; i += 1) pbkdf2Sync("a password of no account", "some salt", ITERATIONS, 20, "sha1");
  const derivingMs = (performance.now() - begin) / 5;
  figure({
    what: `sign-ins a second, ${AGENTS} agents at once`,
    target: "",
    value: perS(ours),
    baseline: perS(raw),
    ratio: ratioOf(ours, raw, {}).ratio,
    note: `the workspace's own link over WebSocket; baseline: a light client over TCP; medians of ${ROUNDS}; of each, deriving the key is ${ms(derivingMs)} of a core`,
  });
}

function signInOurs(stack: BenchStack, username: string, password: string): Promise<Session> {
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  const session: Session = createSession({
    websocket: stack.websocketUrl,
    domain: "localhost",
    username,
    password,
    handlers: { offer: () => undefined, revoke: () => undefined },
    events: {
      up: () => resolve(session),
      down: () => undefined,
      retrying: () => undefined,
      refused: (why) => reject(new Error(`${username} was refused: ${why}`)),
      stanza: () => undefined,
    },
  });
  return promise;
}

/** From the press on "Sign in" to the workspace, cold: what the main thread did at a stretch. */
async function inPage({ figure }: Report, stack: BenchStack, browser: Browser): Promise<void> {
  const longest: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < VISITS; i += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const agent = stack.agents[`agent${i}`];
    if (agent === undefined) throw new Error("there are fewer agents than visits");
    const page = await context.newPage();
    await page.goto(stack.agentUrl);
    await page.getByRole("textbox", { name: "XMPP address" }).fill(agent.jid);
    await page.getByRole("textbox", { name: "Password" }).fill(agent.password);
    const traced = await traceMainThread(browser, page, () => true);
    await page.evaluate(() => addEventListener("click", () => performance.mark("press"), true));
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    const { tasks, marks } = await traced();
    const press = marks.get("press") ?? 0;
    const since = tasks.filter(({ from, ms: took }) => from + took >= press);
    longest.push(Math.max(0, ...since.map(({ ownMs }) => ownMs)));
    cpu.push(Math.max(0, ...since.map(({ cpuMs }) => cpuMs)));
    if (i === VISITS - 1) await deriving(figure, page);
    await context.close();
  }
  const most = Math.max(...longest);
  figure({
    what: "main thread at a stretch while signing in, cold",
    target: "≤ 50 ms",
    value: ms(most),
    met: most <= 50,
    note: `longest of ${VISITS}; median of the longest ${ms(percentile(longest, 0.5))}; on the CPU ${ms(Math.max(...cpu))}`,
  });
}

/** The key of SCRAM by one call of WebCrypto, as the workspace does it, and by one for each round, as libraries do. */
async function deriving(figure: Report["figure"], page: Page): Promise<void> {
  const [once, rounds] = await page.evaluate(deriveBothWays, ITERATIONS);
  figure({
    what: `SCRAM's key, ${ITERATIONS.toLocaleString("en")} rounds, in the browser`,
    target: "",
    value: ms(once),
    baseline: ms(rounds),
    ratio: ratioOf(once, rounds, {}).ratio,
    note: "one call of WebCrypto, off the main thread; baseline: a call for each round, as the library's own mechanism does it",
  });
}

/** Runs in the page, as below. */
async function deriveBothWays(iterations: number): Promise<[number, number]> {
  const [password, salt] = ["a password of no account", "some salt"].map((text) => new TextEncoder().encode(text));
  if (!password || !salt) return [0, 0];
  const begin = performance.now();
  const base = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt, iterations }, base, 160);
  const between = performance.now();
  let block: BufferSource = salt;
  for (let i = 0; i < iterations; i += 1) {
    const key = await crypto.subtle.importKey("raw", password, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    block = await crypto.subtle.sign("HMAC", key, block);
  }
  return [between - begin, performance.now() - between];
}
