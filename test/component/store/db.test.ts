import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  CommitUnknown,
  inTransaction,
  isAway,
  openDatabase,
  type Save,
  saveTogether,
} from "../../../component/store/db.ts";
import { loadWorkgroups, saveConfiguration } from "../../../component/store/workgroups.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, settings } from "./samples.ts";

const store = useDatabase();

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a transaction", () => {
  it("takes place as a whole, and returns what the work returned", async () => {
    const result = await inTransaction(store.db, async (tx) => {
      await saveConfiguration(tx, [settings("committed")], AT);
      expect(await loadWorkgroups(store.db)).toEqual([]);
      return "done";
    });
    expect(result).toBe("done");
    expect(await loadWorkgroups(store.db)).toHaveLength(1);
    await store.db.query("DELETE FROM workgroups");
  });

  it("that fails leaves nothing behind, and its connection is used again", async () => {
    const error = new Error("changed my mind");
    const work = inTransaction(store.db, async (tx) => {
      await saveConfiguration(tx, [settings("never")], AT);
      throw error;
    });
    expect(await failure(work)).toBe(error);
    expect(await loadWorkgroups(store.db)).toEqual([]);
  });

  it("in which a failure was passed over does not pass for done", async () => {
    const error = await failure(
      inTransaction(store.db, async (tx) => {
        await saveConfiguration(tx, [settings("never")], AT);
        await failure(tx.query("SELEC 1"));
      }),
    );
    expect(error).toMatchObject({ message: "rolled back: the failure of a statement was passed over" });
    expect(await loadWorkgroups(store.db)).toEqual([]);
  });

  it("whose connection is cut while it commits is of unknown fate", async () => {
    // A deferred trigger runs in COMMIT: it cuts its own connection.
    await store.db.query(`
      CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON workgroups DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION cut();`);
    onTestFinished(async () => void (await store.db.query("DROP FUNCTION cut CASCADE")));
    const error = await failure(inTransaction(store.db, (tx) => saveConfiguration(tx, [settings("perhaps")], AT)));
    expect(error).toBeInstanceOf(CommitUnknown);
    expect(isAway(error)).toBe(true);
  });

  it("whose connection is cut between two statements fails as away, and the next one works", async () => {
    const error = await failure(
      inTransaction(store.db, async (tx) => {
        const { rows } = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        await store.db.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
        await saveConfiguration(tx, [settings("never")], AT);
        await saveConfiguration(tx, [settings("never")], AT);
      }),
    );
    expect(isAway(error)).toBe(true);
    expect(await inTransaction(store.db, loadWorkgroups)).toEqual([]);
  });
});

describe("saves that travel together", () => {
  const insert =
    (node: string): Save =>
    (tx) =>
      tx.query("INSERT INTO workgroups VALUES ($1, '{}', now())", [node]);
  const nodes = async (): Promise<string[]> =>
    (await store.db.query<{ node: string }>("SELECT node FROM workgroups ORDER BY node")).rows.map(({ node }) => node);
  const clear = () => onTestFinished(async () => void (await store.db.query("DELETE FROM workgroups")));

  it("take place as a whole, in their order", async () => {
    clear();
    const rename: Save = (tx) => tx.query("UPDATE workgroups SET node = 'b2' WHERE node = 'b'");
    await saveTogether(store.db, [insert("a"), insert("b"), rename, insert("b")]);
    expect(await nodes()).toEqual(["a", "b", "b2"]);
  });

  it("may be a single one, which is a transaction by itself, and fails as such", async () => {
    clear();
    await saveTogether(store.db, [insert("a")]);
    expect(await nodes()).toEqual(["a"]);
    const error = await failure(saveTogether(store.db, [insert("NOT LOWER")]));
    expect(error).toMatchObject({ code: "23514" });
    expect(isAway(error)).toBe(false);
  });

  it("leave nothing behind when one of them fails, which is what is told, and the connection is used again", async () => {
    clear();
    const error = await failure(saveTogether(store.db, [insert("a"), insert("NOT LOWER"), insert("b")]));
    expect(error).toMatchObject({ code: "23514" });
    expect(isAway(error)).toBe(false);
    expect(await nodes()).toEqual([]);
    await saveTogether(store.db, [insert("c")]);
    expect(await nodes()).toEqual(["c"]);
  });

  it("fail as away when time runs out for one of them", async () => {
    const limit: Save = (tx) => tx.query("SET LOCAL statement_timeout = 20");
    const error = await failure(saveTogether(store.db, [insert("a"), limit, (tx) => tx.query("SELECT pg_sleep(60)")]));
    expect(isAway(error)).toBe(true);
    expect(error).not.toBeInstanceOf(CommitUnknown);
    expect(await nodes()).toEqual([]);
  });

  it("are of unknown fate when the connection is cut on the way", async () => {
    clear();
    const cut: Save = (tx) => tx.query("SELECT pg_terminate_backend(pg_backend_pid())");
    expect(await failure(saveTogether(store.db, [insert("a"), cut]))).toBeInstanceOf(CommitUnknown);
    expect(await nodes()).toEqual([]);
  });

  it("must be of one statement each: a second one would come after the end", async () => {
    clear();
    const two: Save = async (tx) => {
      await insert("a")(tx);
      await insert("b")(tx);
    };
    expect(await failure(saveTogether(store.db, [two]))).toMatchObject({
      message: "a save of more than one statement",
    });
  });
});

describe("a failure", () => {
  it.each([
    ["a mistake in a statement", "SELEC 1"],
    ["a table that is not there", "SELECT * FROM nowhere"],
    ["a broken constraint", "INSERT INTO workgroups VALUES ('A', '{}', now())"],
    ["a value of the wrong type", "SELECT 'x'::integer"],
  ])("by %s is not a database that is away", async (_, statement) => {
    const error = await failure(store.db.query(statement));
    expect(error).toBeInstanceOf(Error);
    expect(isAway(error)).toBe(false);
  });

  it("by running out of time is", async () => {
    const error = await failure(
      inTransaction(store.db, async (tx) => {
        await tx.query("SET LOCAL statement_timeout = 20");
        await tx.query("SELECT pg_sleep(60)");
      }),
    );
    expect(isAway(error)).toBe(true);
  });

  it("by a wrong password is a mistake in the settings, not an absence", async () => {
    const url = new URL(store.url);
    url.password = "wrong";
    const db = openDatabase(url.href, { warn: () => undefined });
    onTestFinished(() => db.close());
    expect(isAway(await failure(db.query("SELECT 1")))).toBe(false);
    expect(await db.ready()).toBe(false);
  });

  it("that wraps another is judged by it", async () => {
    const refused = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
    expect(isAway(new Error("could not save", { cause: refused }))).toBe(true);
    expect(isAway(new AggregateError([refused], "both addresses"))).toBe(true);
    expect(isAway(new Error("could not save"))).toBe(false);
    expect(isAway("text")).toBe(false);
  });
});

describe("a database that is not there", () => {
  /** A port where every connection meets `welcome`; an address where nobody listens once it is closed. */
  async function listen(welcome: (socket: Socket) => void): Promise<{ url: string; close: () => void }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      welcome(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const close = (): void => {
      for (const socket of sockets) socket.destroy();
      server.close();
    };
    onTestFinished(close);
    return { url: `postgresql://foyer:secret@127.0.0.1:${port}/foyer`, close };
  }

  it("because nobody listens, is away", async () => {
    const { url, close } = await listen(() => undefined);
    close();
    const db = openDatabase(url, { warn: () => undefined });
    onTestFinished(() => db.close());
    expect(isAway(await failure(db.query("SELECT 1")))).toBe(true);
    expect(isAway(await failure(inTransaction(db, loadWorkgroups)))).toBe(true);
    expect(await db.ready()).toBe(false);
  });

  it("because the connection is closed at once, is away", async () => {
    const { url } = await listen((socket) => socket.destroy());
    const db = openDatabase(url, { warn: () => undefined });
    onTestFinished(() => db.close());
    expect(isAway(await failure(db.query("SELECT 1")))).toBe(true);
  });

  /** Lets a client in without a password, and meets whatever it sends then with `answer`. */
  const letIn = (answer: (socket: Socket) => void) =>
    listen((socket) => {
      socket.once("data", () => {
        socket.once("data", () => answer(socket));
        // AuthenticationOk, ReadyForQuery.
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
      });
    });
  const one: Save = (tx) => tx.query("SELECT 1");
  const saving = (url: string, saves: Save[]): Promise<unknown> => {
    const db = openDatabase(url, { warn: () => undefined });
    onTestFinished(() => db.close());
    return failure(saveTogether(db, saves));
  };

  it("because it closes the connection before a transaction has begun, is away, and nothing has taken place", async () => {
    const fields = Buffer.from("SFATAL\0VFATAL\0C57P01\0Mgoing down\0\0");
    const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
    const { url } = await letIn((socket) => socket.end(Buffer.concat([head, fields])));
    const error = await saving(url, [one, one]);
    expect(isAway(error)).toBe(true);
    expect(error).not.toBeInstanceOf(CommitUnknown);
  });

  it.each([
    ["a whole transaction", [one, one]],
    ["a save that is one by itself", [one]],
  ])("because it goes without an answer to %s, leaves it unknown", async (_, saves) => {
    const { url } = await letIn((socket) => socket.destroy());
    expect(await saving(url, saves)).toBeInstanceOf(CommitUnknown);
  });

  it("because nobody answers, is away after a bounded time", async () => {
    const { url } = await listen(() => undefined);
    const db = openDatabase(url, { warn: () => undefined }, { connectTimeoutMs: 50 });
    onTestFinished(() => db.close());
    expect(isAway(await failure(db.query("SELECT 1")))).toBe(true);
  });

  it("any more, is said in the log, and does not end the process", async () => {
    const lost = Promise.withResolvers<string>();
    const db = openDatabase(store.url, { warn: (phrase) => lost.resolve(phrase) });
    onTestFinished(() => db.close());
    const { rows } = await db.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await store.db.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    expect(await lost.promise).toBe("database connection lost");
    expect(await db.ready()).toBe(true);
  });
});
