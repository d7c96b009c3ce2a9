import { beforeEach, describe, expect, it } from "vitest";
import { editLine, type LineChange, retractLine } from "../../../component/store/line-changes.ts";
import { saveRequest } from "../../../component/store/requests.ts";
import { appendEntries, entriesOf, lastStanzaId } from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, request } from "./samples.ts";

const store = useDatabase();
const anna = { nick: "Anna", occupant: "o-anna" };
beforeEach(async () => {
  await configure(store.tx, "support");
  await saveRequest(store.tx, "support", request("s1"));
  await saveRequest(store.tx, "support", request("s2"));
  await appendEntries(store.tx, [
    line("s1", "a", { ...anna, key: "k1", body: "It costs 39 €." }),
    line("s1", "b", { nick: "Dana", occupant: "o-dana", key: "k2", body: "Really?" }),
    line("s1", "q", { ...anna, kind: "service", speakerKind: "service", key: "k3", body: "Why?" }),
    line("s2", "a", { ...anna, key: "k1", body: "of another talk" }),
  ]);
});

const change = (of: string, more: Partial<LineChange> = {}): LineChange => ({
  session: "s1",
  stanzaId: "c1",
  ...anna,
  of,
  at: AT + 1_000,
  ...more,
});
const bodies = async (session = "s1"): Promise<string[]> =>
  (await entriesOf(store.tx, session, { limit: 10 })).map(({ body }) => body);

describe("a line that its sender changes", () => {
  it("has its new text where it stood, and says so; where to go on reading stays", async () => {
    expect(await editLine(store.tx, { ...change("k1"), body: "It costs 3,90 €." })).toBe(true);
    expect(await bodies()).toEqual(["It costs 3,90 €.", "Really?", "Why?"]);
    const [first] = await entriesOf(store.tx, "s1", { limit: 1 });
    expect(first).toMatchObject({ stanzaId: "a", at: AT, fate: { kind: "edited", at: AT + 1_000 } });
    expect(await bodies("s2")).toEqual(["of another talk"]);
    expect(await lastStanzaId(store.tx, "s1")).toBe("q");
  });

  it("is no file any more, whether it has another text now or none: not even the name is left", async () => {
    const file = { name: "a.png", size: 12 };
    await appendEntries(store.tx, [
      line("s1", "f1", { ...anna, key: "k8", body: "https://c/f/1", file }),
      line("s1", "f2", { ...anna, key: "k9", body: "https://c/f/2", file }),
    ]);
    await editLine(store.tx, { ...change("k8"), body: "only words" });
    await retractLine(store.tx, change("f2", { stanzaId: "c2" }));
    const files = (await entriesOf(store.tx, "s1", { limit: 10 })).slice(-2);
    expect(files.map(({ body, file: left }) => [body, left])).toEqual([
      ["only words", undefined],
      ["", undefined],
    ]);
  });

  it("may be changed again by its first id, and looks the same when all is done twice", async () => {
    const steps = async (): Promise<void> => {
      await editLine(store.tx, { ...change("k1"), body: "one" });
      await editLine(store.tx, { ...change("k1", { stanzaId: "c2" }), body: "two" });
    };
    await steps();
    const once = await entriesOf(store.tx, "s1", { limit: 10 });
    await steps();
    expect(await entriesOf(store.tx, "s1", { limit: 10 })).toEqual(once);
    expect(once[0]?.body).toBe("two");
  });

  it.each([
    ["the room's id", "a"],
    ["the id of its last text", "c1"],
    ["the sender's own id, as with old clients", "k1"],
  ])("is without a text for good once it was taken back by %s", async (_, of) => {
    await editLine(store.tx, { ...change("k1"), body: "secret" });
    await retractLine(store.tx, change(of, { stanzaId: "c2", at: AT + 2_000 }));
    expect(await bodies()).toEqual(["", "Really?", "Why?"]);
    // Read anew from the archive after an absence: it does not come back, and is no line by itself.
    expect(await editLine(store.tx, { ...change("k1"), body: "secret" })).toBe(true);
    await retractLine(store.tx, change(of, { stanzaId: "c2", at: AT + 9_000 }));
    const [first] = await entriesOf(store.tx, "s1", { limit: 1 });
    expect(first).toMatchObject({ body: "", nick: "Anna", fate: { kind: "retracted", at: AT + 2_000 } });
    const { rows } = await store.tx.query(
      "SELECT count(*)::int AS n FROM transcript_lines t WHERE t::text LIKE '%secret%'",
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it("of the same id twice is the later one", async () => {
    await appendEntries(store.tx, [line("s1", "d", { ...anna, key: "k1", body: "again" })]);
    await editLine(store.tx, { ...change("k1"), body: "new" });
    expect(await bodies()).toEqual(["It costs 39 €.", "Really?", "Why?", "new"]);
  });
});

describe("a line that somebody else would change", () => {
  it.each<[string, Partial<LineChange>]>([
    ["the visitor", { nick: "Dana", occupant: "o-dana" }],
    ["who has taken the sender's name", { occupant: "o-mallory" }],
    ["who shows no id where others have one", { occupant: "" }],
    ["who is in another talk", { session: "s2", nick: "Dana", occupant: "o-dana" }],
  ])("stays as it is: by %s", async (_, by) => {
    expect(await editLine(store.tx, { ...change("k1", by), body: "I never said that" })).toBe(false);
    await retractLine(store.tx, change("a", by));
    expect(await bodies()).toEqual(["It costs 39 €.", "Really?", "Why?"]);
    expect(await bodies("s2")).toEqual(["of another talk"]);
  });

  it("stays when it is the service's, whoever asks", async () => {
    expect(await editLine(store.tx, { ...change("k3"), body: "x" })).toBe(false);
    await retractLine(store.tx, change("q"));
    expect(await bodies()).toEqual(["It costs 39 €.", "Really?", "Why?"]);
  });

  it("is told apart by name where the room gives no ids", async () => {
    await appendEntries(store.tx, [line("s1", "e", { nick: "Eve", occupant: "", key: "k5", body: "eve" })]);
    const eve = { nick: "Eve", occupant: "" };
    expect(await editLine(store.tx, { ...change("k5", { ...eve, nick: "Dana" }), body: "x" })).toBe(false);
    expect(await editLine(store.tx, { ...change("k5", eve), body: "better" })).toBe(true);
    expect((await bodies()).at(-1)).toBe("better");
  });
});
