import { beforeEach, describe, expect, it } from "vitest";
import { saveRequest } from "../../../component/store/requests.ts";
import {
  appendEntries,
  entriesOf,
  lastStanzaId,
  lastStanzaIds,
  mintEntryId,
  occupantsOf,
} from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, request } from "./samples.ts";

const store = useDatabase();
beforeEach(async () => {
  await configure(store.tx, "support");
  await saveRequest(store.tx, "support", request("s1"));
  await saveRequest(store.tx, "support", request("s2"));
});

const idsOf = async (session: string, after?: string, limit = 100): Promise<string[]> =>
  (await entriesOf(store.tx, session, { after, limit })).map((one) => one.stanzaId);

describe("lines that are appended", () => {
  it("come back as they were, whole and in order", async () => {
    const entries = [
      line("s1", "z9", { body: "first \u{1F600} <&>'\"", kind: "service", speakerKind: "service", jid: "", key: "" }),
      line("s1", "a1", { body: "second, of the same millisecond" }),
      line("s1", "m5", { at: AT - 5_000, body: "third, by a clock set back" }),
      line("s1", "f1", { body: "https://c/f/1", file: { name: "a \u{1F600}.png", type: "image/png", size: 12 } }),
      line("s1", "f2", { body: "https://c/f/2", file: { name: "b" } }),
    ];
    expect(await appendEntries(store.tx, entries)).toHaveLength(5);
    expect(await entriesOf(store.tx, "s1", { limit: 10 })).toEqual(entries);
  });

  it("keep the given order in a large group", async () => {
    const entries = Array.from({ length: 2_000 }, (_, i) => line(i % 2 ? "s1" : "s2", `${(i * 7919) % 2_000}`));
    await appendEntries(store.tx, entries);
    expect(await idsOf("s1", undefined, 5_000)).toEqual(
      entries.filter((one) => one.session === "s1").map((one) => one.stanzaId),
    );
  });

  it("are stored once, however often they come", async () => {
    const entries = [line("s1", "a"), line("s1", "b"), line("s1", "a", { body: "again" }), line("s2", "a")];
    expect(await appendEntries(store.tx, entries)).toHaveLength(3);
    expect(await appendEntries(store.tx, entries)).toHaveLength(0);
    expect((await entriesOf(store.tx, "s1", { limit: 10 })).map((one) => one.body)).toEqual(["line a", "line b"]);
    expect(await idsOf("s2")).toEqual(["a"]);
  });

  it("end in the archive's order when the archive is read first after an absence", async () => {
    await appendEntries(store.tx, [line("s1", "1"), line("s1", "2")]);
    // Away for 3 and 4. Line 5 comes live while the archive is being read, and is held back until its end.
    const archive = ["3", "4", "5"].map((id) => line("s1", id));
    await appendEntries(store.tx, archive);
    await appendEntries(store.tx, [line("s1", "5"), line("s1", "6")]);
    expect(await idsOf("s1")).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  it("pass over a session that does not exist, and store the rest", async () => {
    expect(await appendEntries(store.tx, [line("s1", "a"), line("erased", "b"), line("s1", "c")])).toHaveLength(2);
    expect(await idsOf("s1")).toEqual(["a", "c"]);
  });

  it("may hold what PostgreSQL cannot: it is replaced", async () => {
    await appendEntries(store.tx, [line("s1", "a", { body: "x\0y\uDC00" })]);
    expect((await entriesOf(store.tx, "s1", { limit: 1 }))[0]?.body).toBe("x\uFFFDy\uFFFD");
  });

  it("may be none", async () => {
    expect(await appendEntries(store.tx, [])).toHaveLength(0);
  });
});

describe("where to go on reading the archive", () => {
  it("is the last line the archive has, not a coming or going", async () => {
    const left = { kind: "left", jid: "anna@localhost/a", at: AT } as const;
    await appendEntries(store.tx, [
      line("s1", "a"),
      line("s1", "q", { kind: "service", speakerKind: "service" }),
      line("s1", mintEntryId(left), { ...left, body: "" }),
    ]);
    expect(await lastStanzaId(store.tx, "s1")).toBe("q");
  });

  it("is null where nothing was said, and known for many sessions at once", async () => {
    expect(await lastStanzaId(store.tx, "s1")).toBeNull();
    await appendEntries(store.tx, [line("s1", "a"), line("s1", "b")]);
    expect(await lastStanzaIds(store.tx, ["s1", "s2", "nowhere"])).toEqual(new Map([["s1", "b"]]));
  });
});

describe("a page of a transcript", () => {
  beforeEach(() =>
    appendEntries(store.tx, [
      line("s1", "a"),
      line("s1", "in", { kind: "joined", speakerKind: "agent" }),
      ...["b", "c", "d"].map((id) => line("s1", id)),
      line("s2", "a"),
    ]),
  );

  it("begins after the given line and holds at most as many as asked", async () => {
    expect(await idsOf("s1", "a", 2)).toEqual(["in", "b"]);
    expect(await idsOf("s1", "c")).toEqual(["d"]);
    expect(await idsOf("s1", "d")).toEqual([]);
  });

  it("begins at the beginning when the line is not of this session", async () => {
    expect(await idsOf("s1", "nowhere", 2)).toEqual(["a", "in"]);
  });

  it("can leave out comings and goings", async () => {
    const entries = await entriesOf(store.tx, "s1", { limit: 3, kinds: ["line", "service"] });
    expect(entries.map((one) => one.stanzaId)).toEqual(["a", "b", "c"]);
  });
});

it("occupant ids stand for who was seen coming with them", async () => {
  const came = { kind: "joined", speakerKind: "agent", jid: "anna@localhost" } as const;
  await appendEntries(store.tx, [
    line("s1", "in1", { ...came, occupant: "o1" }),
    line("s1", "in2", { ...came, occupant: "o1" }),
    line("s1", "in3", { ...came, occupant: "" }),
    line("s1", "a", { occupant: "o2" }),
    line("s2", "in4", { ...came, occupant: "o3" }),
  ]);
  expect(await occupantsOf(store.tx, "s1")).toEqual(new Map([["o1", { jid: "anna@localhost", speakerKind: "agent" }]]));
});

it("the same coming has the same id, another has another", () => {
  const joined = { kind: "joined", jid: "anna@localhost/a", at: AT } as const;
  expect(mintEntryId(joined)).toBe(mintEntryId({ ...joined }));
  expect(mintEntryId(joined)).not.toBe(mintEntryId({ ...joined, kind: "left" }));
  expect(mintEntryId(joined)).not.toBe(mintEntryId({ ...joined, at: AT + 1 }));
});
