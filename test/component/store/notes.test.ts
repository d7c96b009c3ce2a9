import { beforeEach, describe, expect, it } from "vitest";
import { addNote, MOST_NOTES, notesOf, replaceNotes } from "../../../component/store/notes.ts";
import { saveRequest } from "../../../component/store/requests.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, request } from "./samples.ts";

const store = useDatabase();
beforeEach(async () => {
  await configure(store.tx, "support");
  await saveRequest(store.tx, "support", request("s1"));
  await saveRequest(store.tx, "support", request("s2"));
});

const note = (text: string, author = "anna@localhost", at = AT) => ({ author, text, at });
const textsOf = async (session: string) => (await notesOf(store.tx, session)).map(({ text }) => text);

describe("notes of a session", () => {
  it("are added one by one, and read in that order, each with who wrote it and when", async () => {
    expect(await addNote(store.tx, "s1", note("called back"))).toBe(true);
    expect(await addNote(store.tx, "s1", note("paid \u{1F600}", "ben@localhost", AT - 1))).toBe(true);
    expect(await notesOf(store.tx, "s1")).toEqual([
      { id: expect.any(String), ...note("called back") },
      { id: expect.any(String), ...note("paid \u{1F600}", "ben@localhost", AT - 1) },
    ]);
    expect(await textsOf("s2")).toEqual([]);
  });

  it("give way all together to one that takes their place, and are kept all the same", async () => {
    await addNote(store.tx, "s1", note("one"));
    await addNote(store.tx, "s1", note("two", "ben@localhost"));
    await addNote(store.tx, "s2", note("of another"));
    await replaceNotes(store.tx, "s1", note("all of it"));
    expect(await textsOf("s1")).toEqual(["all of it"]);
    expect(await textsOf("s2")).toEqual(["of another"]);
    const { rows } = await store.tx.query("SELECT body FROM notes WHERE session_id = 's1' AND replaced_at IS NOT NULL");
    expect(rows).toHaveLength(2);
  });

  it("are gone when an empty one takes their place", async () => {
    await addNote(store.tx, "s1", note("one"));
    await replaceNotes(store.tx, "s1", note(""));
    expect(await textsOf("s1")).toEqual([]);
  });

  it("belong to sessions that there are", async () => {
    expect(await addNote(store.tx, "nowhere", note("one"))).toBe(false);
    await replaceNotes(store.tx, "nowhere", note("one"));
    expect(await textsOf("nowhere")).toEqual([]);
  });

  it("are bounded", async () => {
    for (let i = 0; i < MOST_NOTES; i += 1) await addNote(store.tx, "s1", note(`${i}`));
    expect(await addNote(store.tx, "s1", note("one too many"))).toBe(false);
    expect(await textsOf("s1")).toHaveLength(MOST_NOTES);
    await replaceNotes(store.tx, "s1", note("all of it"));
    expect(await addNote(store.tx, "s1", note("and more"))).toBe(true);
  });

  it("may hold what PostgreSQL cannot: it is replaced", async () => {
    await addNote(store.tx, "s1", note("x\0y"));
    expect(await textsOf("s1")).toEqual(["x\uFFFDy"]);
  });
});
