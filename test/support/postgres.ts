/** A real PostgreSQL for tests of the store: databases on the server that the global set-up started (`one-database.ts`). */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Database, onClient, openDatabase, type Queryable } from "../../component/store/db.ts";
import { migrate } from "../../migrations/migrate.ts";

export type TestDatabase = { url: string; stop: () => Promise<void> };

/** A database that nobody else uses, with the newest schema (or an empty one); `stop` removes it. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const server = process.env.DATABASE_URL;
  if (server === undefined) throw new Error("DATABASE_URL names no server: is this test in the project of the store?");
  const name = `foyer_test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (migrated) await migrate(url.href);
  return { url: url.href, stop: () => asAdmin(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
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
