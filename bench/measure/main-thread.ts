/**
 * What a page's main thread did, from Chromium's own trace. Long tasks as the page itself can observe them do not say whose
 * they were: a trace does, by the scripts that ran in each.
 */
import type { Browser, Page } from "playwright-core";

export type MainTask = {
  /** From the beginning of the trace, in ms. */
  from: number;
  ms: number;
  /** A script whose address `isOurs` knows, or any promise's continuation, ran in it. */
  scripted: boolean;
  /**
   * Of a task in which the measuring tool itself (DevTools) ran: how long event handlers, scripts and continuations took
   * there; the rest is the tool's. Else the same as `ms`.
   */
  ownMs: number;
  /** Of `ownMs`, on the CPU: the rest waited for other processes. */
  cpuMs: number;
};

export type MainThread = {
  /** In the order in which they ran; those of less than a millisecond are left out. */
  tasks: MainTask[];
  /** When `performance.mark` was called, by name. */
  marks: Map<string, number>;
};

/** `tdur`: on the CPU. */
type TraceEvent = {
  name: string;
  ph: string;
  ts: number;
  dur: number;
  tdur: number;
  pid: number;
  tid: number;
  args: object;
};

/** With the continuations that run at its end, which `ThreadControllerImpl::RunTask` leaves out. */
const TASK = "RunTask";
/** Set in the page at the end of a trace. */
const TRACED = "traced";
const SCRIPTS = new Set(["FunctionCall", "EvaluateScript", "v8.compile", "v8.compileModule", "v8.evaluateModule"]);
const CONTINUATIONS = "BlinkScheduler_PerformMicrotaskCheckpoint";
/** Shorter ones run after every callback, with nothing to do. */
const CONTINUATION_MS = 0.3;

/** Traces the page until the result is called. One page of a browser at a time. */
export async function traceMainThread(
  browser: Browser,
  page: Page,
  isOurs: (address: string) => boolean,
): Promise<() => Promise<MainThread>> {
  const categories = [
    "-*",
    "toplevel",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "v8",
    "blink.user_timing",
    "__metadata",
  ];
  await browser.startTracing(page, { categories });
  return async () => {
    // The browser's own pages have main threads, too, and are busy on them: the mark tells which is this page's.
    await page.evaluate((mark) => performance.mark(mark), TRACED);
    return readTrace((await browser.stopTracing()).toString(), isOurs);
  };
}

/** @param text a trace as Chromium writes it, in JSON; its instants are microseconds. @throws Error when the page is not in it */
export function readTrace(text: string, isOurs: (address: string) => boolean): MainThread {
  const trace: unknown = JSON.parse(text);
  const found = isObject(trace) && "traceEvents" in trace ? trace.traceEvents : undefined;
  const all = (Array.isArray(found) ? found : []).map(readEvent).filter((event) => event !== undefined);
  const mark = all.find(({ name }) => name === TRACED);
  if (mark === undefined) throw new Error("the trace does not hold the page that was traced");
  const thread = threadOf(mark);
  const events = all.filter((event) => threadOf(event) === thread).sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const start = events.find(({ name }) => name === TASK)?.ts ?? 0;
  const at = (ts: number): number => (ts - start) / 1000;

  const marks = new Map<string, number>();
  for (const { name, ph, ts } of events) if (ph === "I" || ph === "R") marks.set(name, at(ts));
  const tasks: MainTask[] = [];
  let next = 0;
  let before = 0;
  for (const task of events) {
    if (task.name !== TASK || task.dur < 1000 || task.ts < before) continue;
    before = task.ts + task.dur;
    const end = task.ts + task.dur;
    while ((events[next]?.ts ?? end) < task.ts) next += 1;
    const inside: TraceEvent[] = [];
    for (let i = next; i < events.length && (events[i]?.ts ?? end) < end; i += 1) {
      const event = events[i];
      if (event && event !== task) inside.push(event);
    }
    const ours = inside.filter((event) => isScript(event, isOurs));
    const ms = task.dur / 1000;
    const byTool = inside.some(({ args }) => JSON.stringify(args).includes("mojom.DevToolsSession"));
    tasks.push({
      from: at(task.ts),
      ms,
      scripted: ours.length > 0,
      ...(byTool ? outermost(ours) : { ownMs: ms, cpuMs: task.tdur / 1000 }),
    });
  }
  return { tasks, marks };
}

function isScript({ name, dur, args }: TraceEvent, isOurs: (address: string) => boolean): boolean {
  if (name === CONTINUATIONS) return dur >= CONTINUATION_MS * 1000;
  if (!SCRIPTS.has(name)) return false;
  const data = "data" in args ? args.data : undefined;
  const url = isObject(data) && "url" in data ? data.url : "fileName" in args ? args.fileName : undefined;
  return typeof url === "string" && isOurs(url);
}

/** How long they took together, what ran within another counted once. */
function outermost(events: readonly TraceEvent[]): Pick<MainTask, "ownMs" | "cpuMs"> {
  let [ownMs, cpuMs, until] = [0, 0, 0];
  for (const { ts, dur, tdur } of events) {
    if (ts < until) continue;
    ownMs += dur / 1000;
    cpuMs += tdur / 1000;
    until = ts + dur;
  }
  return { ownMs, cpuMs };
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;

function readEvent(value: unknown): TraceEvent | undefined {
  if (!isObject(value)) return undefined;
  const none = { name: 0, ph: 0, ts: 0, dur: 0, tdur: 0, pid: 0, tid: 0, args: {} };
  const { name, ph, ts, dur, tdur, pid, tid, args } = { ...none, ...value };
  if (typeof name !== "string" || typeof ph !== "string" || typeof ts !== "number") return undefined;
  if (typeof pid !== "number" || typeof tid !== "number") return undefined;
  const [took, ran] = [dur, tdur].map((time) => (typeof time === "number" ? time : 0));
  return { name, ph, ts, dur: took ?? 0, tdur: ran ?? 0, pid, tid, args: isObject(args) ? args : {} };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
