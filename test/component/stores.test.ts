import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../component/store/db.ts";
import { createStores } from "../../component/stores.ts";

describe("while the database is away", () => {
  const db = openDatabase("postgresql://nobody@127.0.0.1:1/nothing", { warn: () => undefined });
  const stores = createStores(db);
  afterAll(() => db.close());
  const note = { author: "anna@example.org", text: "x", at: 0 };
  const search = { text: "x", workgroups: ["support"], limit: 1 };

  it.each<[what: string, ask: () => Promise<unknown>]>([
    ["reads a transcript", () => stores.entries("s1", { after: null, limit: 1, linesOnly: false })],
    ["writes a note", () => stores.notes.add("s1", note)],
    ["searches", () => stores.search.find(search)],
    [
      "leaves a message",
      () => stores.leaveMessage({ workgroup: "w", visitor: "v", key: "k", name: "", email: "", text: "", at: 0 }),
    ],
  ])("who %s is told to wait", async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ type: "wait", condition: "internal-server-error" });
  });
});

it("a mistake of ours is no reason to wait", async () => {
  const failing = () => Promise.reject(new TypeError("a bug"));
  const db = { query: failing, connect: failing, ready: async () => true, close: async () => undefined };
  await expect(createStores(db).notes.of("s1")).rejects.toThrow(TypeError);
});
