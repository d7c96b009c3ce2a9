import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Recorder } from "../../../component/engine/recorder.ts";
import type { TranscriptRow } from "../../../component/store/transcripts.ts";
import { silentLog } from "../../../runtime/log.ts";
import { fakeDatabase } from "./fake-database.ts";

const row = (n: number): TranscriptRow => ({
  session: "s1",
  stanzaId: `line${n}`,
  kind: "line",
  speakerKind: "visitor",
  nick: "Dana",
  jid: "dana@webchat.example.org",
  occupant: "o1",
  key: `k${n}`,
  body: "Hello",
  at: 0,
});

const inserts = (db: ReturnType<typeof fakeDatabase>) => db.statements.filter((one) => one.startsWith("INSERT")).length;

/** Whether a promise has resolved by now. */
function watch(promise: Promise<void>): { done: boolean } {
  const seen = { done: false };
  void promise.then(() => {
    seen.done = true;
  });
  return seen;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("changes of lines among other rows", () => {
  it("are written in their order, each after what came before it", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    const change = { session: "s1", nick: "Dana", occupant: "o1", of: "line0", at: 0 };
    recorder.record(row(0));
    recorder.record(row(1));
    recorder.record({ ...row(2), replaces: "k1" });
    recorder.record({ kind: "retracted", stanzaId: "line3", ...change });
    recorder.record(row(4));
    await recorder.settled();
    expect(db.statements.map((one) => one.split(" ").slice(0, 2).join(" "))).toEqual([
      "INSERT INTO",
      // Nobody knows the line that is corrected, so the correction is a line by itself.
      "WITH target",
      "INSERT INTO",
      "UPDATE transcript_lines",
      "INSERT INTO",
    ]);
    expect(recorder.held).toBe(0);
  });
});

describe("rows that come one after the other", () => {
  it("go with one statement, a moment later", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    for (let n = 0; n < 5; n += 1) {
      recorder.record(row(n));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(inserts(db)).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(inserts(db)).toBe(1);
  });

  it("do not wait when somebody waits for them", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    recorder.record(row(1));
    await recorder.settled();
    expect(inserts(db)).toBe(1);
  });

  it("do not wait when a statement is full", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    for (let n = 0; n < 501; n += 1) recorder.record(row(n));
    await vi.advanceTimersByTimeAsync(0);
    expect(inserts(db)).toBe(1);
    await recorder.settled();
    expect(inserts(db)).toBe(2);
  });
});

describe("who waits for what was taken", () => {
  it("waits while the database is away", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    db.fate = "away";
    recorder.record(row(1));
    const settled = watch(recorder.settled());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(settled.done).toBe(false);
    db.fate = "works";
    await vi.advanceTimersByTimeAsync(5_000);
    expect(settled.done).toBe(true);
  });

  it("does not wait for what is taken afterwards", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    recorder.record(row(0));
    const settled = watch(recorder.settled());
    // Others go on talking, as in a hundred other rooms.
    for (let n = 1; n < 20; n += 1) {
      recorder.record(row(n));
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(settled.done).toBe(true);
  });

  it("does not wait when nothing was taken", async () => {
    await expect(new Recorder(fakeDatabase(), silentLog).settled()).resolves.toBeUndefined();
  });

  it("is not kept waiting by a row that can never be stored", async () => {
    const db = fakeDatabase();
    const recorder = new Recorder(db, silentLog);
    db.fate = "mistaken";
    recorder.record(row(1));
    await expect(recorder.settled()).resolves.toBeUndefined();
  });
});
