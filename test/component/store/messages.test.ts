import { beforeEach, describe, expect, it } from "vitest";
import { markHandled, type NewMessage, openMessages, storeMessage } from "../../../component/store/messages.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const message = (changes: Partial<NewMessage> = {}): NewMessage => ({
  workgroup: "support",
  visitor: "dana@webchat.localhost",
  key: "k1",
  name: "Dana",
  email: "dana@example.net",
  text: "Call me\nplease",
  leftAt: AT,
  ...changes,
});

async function stored(changes: Partial<NewMessage>): Promise<string> {
  const id = await storeMessage(store.tx, message(changes));
  if (id === null) throw new Error("was stored before");
  return id;
}

describe("a message that is left", () => {
  it("is there for the agents of that workgroup, newest first", async () => {
    const first = await stored({ key: "k1" });
    const second = await stored({ key: "k2", leftAt: AT + 1 });
    await stored({ workgroup: "sales" });
    expect(await openMessages(store.tx, "support", 100)).toEqual([
      { ...message({ key: "k2", leftAt: AT + 1 }), id: second },
      { ...message(), id: first },
    ]);
    expect((await openMessages(store.tx, "support", 1)).map((one) => one.id)).toEqual([second]);
  });

  it("is stored once for each key and visitor", async () => {
    await stored({});
    expect(await storeMessage(store.tx, message({ text: "again" }))).toBeNull();
    await stored({ visitor: "erin@webchat.localhost" });
    expect(await openMessages(store.tx, "support", 100)).toHaveLength(2);
  });
});

describe("a message that is dealt with", () => {
  const handle = (id: string, workgroup = "support") => markHandled(store.tx, workgroup, id, "anna@localhost", AT + 5);

  it("is open no more, and only the first who says so hears yes", async () => {
    const id = await stored({});
    expect(await handle(id)).toBe(true);
    expect(await handle(id)).toBe(false);
    expect(await openMessages(store.tx, "support", 100)).toEqual([]);
  });

  it("must be one of the workgroup's own", async () => {
    const id = await stored({});
    expect(await handle(id, "sales")).toBe(false);
    expect(await openMessages(store.tx, "support", 100)).toHaveLength(1);
  });

  it.each(["", "0", "-1", "1e3", "x", "1; DROP TABLE messages", "9".repeat(30)])("is not %j", async (id) => {
    expect(await handle(id)).toBe(false);
  });
});
