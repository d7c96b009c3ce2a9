/**
 * The connection to PostgreSQL: a pool with limits, one transaction at a time, and the question whether a failure means
 * "later" or "never". Nothing waits without a bound: not for a connection, not for a lock, not for an answer.
 */
import pg from "pg";

/** A pool or a client in a transaction: whatever answers a statement. */
export type Queryable = {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<pg.QueryResult<Row>>;
};

export type Database = Queryable & {
  /** A connection of one's own; give it back with `release`. */
  connect(): Promise<pg.PoolClient>;
  /** Whether a statement is answered now. Never throws. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
};

/** What this file says to the log: a fixed phrase and fields. */
export type StoreLog = { warn(phrase: string, fields?: Record<string, unknown>): void };

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** For a server that took the statement and went silent; above the server's own limit, so that it speaks first. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Opens no connection yet: a database that is away shows at the first statement, and `ready` says so. */
export function openDatabase(
  url: string,
  log: StoreLog,
  { connectTimeoutMs = CONNECT_TIMEOUT_MS, connections = 8 } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "foyer",
    max: connections,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: ANSWER_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true, // A statement does not wait for the answer to the one before it: see `saveTogether`.
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on("error", (error) => log.warn("database connection lost", { error: error.message }));
  return {
    query: <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      pool.query<Row>(text, [...values]),
    connect: () => pool.connect(),
    ready: () =>
      pool.query("SELECT 1").then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}

const SOON_MS = 2_000;

/** Whether the database answers before whoever asks loses patience. Never throws. */
export function answersSoon(db: Pick<Database, "ready">): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, SOON_MS, false).unref());
  return Promise.race([db.ready(), late]);
}

/** The connection broke during COMMIT: nobody can know whether it took place. */
export class CommitUnknown extends Error {
  override name = "CommitUnknown";
}

const unknown = (cause: unknown): CommitUnknown =>
  new CommitUnknown("it is not known whether the commit took place", { cause });

/**
 * Runs `work` between BEGIN and COMMIT on one connection; any error rolls everything back and is thrown on.
 * @throws CommitUnknown: every save of this folder may be repeated, so the cure is to run the very same work again
 */
export function inTransaction<T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return onConnection(db, async (client) => {
    await client.query("BEGIN");
    const result = await work(onClient(client));
    await commit(client);
    return result;
  });
}

export type Save = (tx: Queryable) => Promise<unknown>;

/**
 * As `inTransaction`, for saves of one statement each: BEGIN, all of them and COMMIT travel together, one journey to the
 * server and one packet; a single one is a transaction by itself. What they return is not known before it is over.
 * @throws CommitUnknown also when the connection was dead before, unnoticed: what left has no answer
 */
export function saveTogether(db: Database, saves: readonly Save[]): Promise<void> {
  return onConnection(db, async (client) => {
    let isOver = false;
    const tx: Queryable = {
      query: (text, values = []) =>
        isOver
          ? Promise.reject(new Error("a save of more than one statement"))
          : client.query({ name: nameOf(text), text, values: [...values] }),
    };
    const { stream } = client.connection;
    // Else each statement would be a packet, and wake the server before the next is written.
    stream.cork();
    const isAlone = saves.length === 1;
    const began = isAlone ? undefined : client.query("BEGIN");
    const sent = saves.map((save) => save(tx));
    isOver = true;
    const ended = isAlone ? undefined : commit(client);
    stream.uncork();
    const [begin, end, ...saved] = await Promise.allSettled([began, ended, ...sent]);
    if (begin.status === "rejected") throw neverBegan(begin.reason) ? begin.reason : unknown(begin.reason);
    // The COMMIT decides: after a failed statement it is a ROLLBACK, and the statement says why.
    const isUnknown = end.status === "rejected" && end.reason instanceof CommitUnknown;
    const failed = isUnknown ? end : (saved.find(({ status }) => status === "rejected") ?? end);
    if (failed.status === "rejected")
      throw isAlone && isUndecided(failed.reason) ? unknown(failed.reason) : failed.reason;
  });
}

/** Whether a statement that is a transaction by itself may have taken place though it failed. */
const isUndecided = (error: unknown): boolean =>
  isAway(error) && !wasNotSent(error) && !(error instanceof pg.DatabaseError && error.severity === "ERROR");

const NOT_SENT = "Client has encountered a connection error and is not queryable";

/**
 * Whether nothing of what follows a failed BEGIN can have taken place: the server answered by closing the connection, or it
 * did not leave. When the BEGIN alone was cancelled, as after a pause of the whole machine, what follows stands by itself.
 */
const neverBegan = (error: unknown): boolean =>
  (error instanceof pg.DatabaseError && error.severity === "FATAL") || wasNotSent(error);

const wasNotSent = (error: unknown): boolean => error instanceof Error && error.message.startsWith(NOT_SENT);

/** Saves are a few statements again and again: by name a connection plans each once, which takes longer than to run it. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  // Its beginning tells a reader of the database's own views what it is; PostgreSQL takes 63 bytes.
  const known = names.get(text) ?? `${text.trim().replace(/\s+/g, " ").slice(0, 40)} #${names.size}`;
  names.set(text, known);
  return known;
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query("COMMIT").catch((cause: unknown) => {
    throw isAway(cause) ? unknown(cause) : cause;
  });
  // After a failed statement PostgreSQL answers COMMIT with ROLLBACK, and calls it no error.
  if (command !== "COMMIT") throw new Error("rolled back: the failure of a statement was passed over");
}

/** Works on a connection of its own; when that fails, rolls back what was begun. */
async function onConnection<T>(db: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  let broken: Error | undefined;
  // The pool listens only while a connection is idle in it. Here the next statement fails and tells us.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    return await work(client);
  } catch (error) {
    broken ??= await rollBack(client, error);
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

/** The same door on a single connection, as for tests that roll back what they did. */
export function onClient(client: pg.ClientBase): Queryable {
  return {
    query: <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      client.query<Row>(text, [...values]),
  };
}

/** Returns why the connection cannot be used again, or undefined when it can. */
async function rollBack(client: pg.PoolClient, error: unknown): Promise<Error | undefined> {
  // A connection that went silent would make ROLLBACK wait too. The server rolls back what nobody commits.
  if (isAway(error)) return error instanceof Error ? error : new Error(String(error));
  try {
    await client.query("ROLLBACK");
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

const AWAY_CLASSES = new Set([
  "08", // connection exception
  "53", // too many connections, out of memory, disk full
  "58", // input/output error of the server
]);
const AWAY_CODES = new Set([
  // The server stops, was killed, or is starting.
  ...["57P01", "57P02", "57P03", "57P05"],
  // Time ran out: for the statement, for a lock, for the transaction. Also deadlock and lost race.
  ...["57014", "55P03", "25P03", "40P01", "40001"],
  // A standby after a change of roles: it reads and does not write.
  "25006",
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "ETIMEDOUT", "EPIPE", "ENOTFOUND", "EAI_AGAIN"],
  ...["EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "EHOSTDOWN", "ENOENT", "EMFILE"],
]);
// COMPAT: pg 8 and pg-pool 3 give these no code.
const AWAY_TEXTS = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  NOT_SENT,
  "Client was closed and is not queryable",
];

/** True when the database cannot be reached or is busy beyond bearing: try later. False for a mistake in a statement. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (AWAY_CODES.has(code) || (/^[0-9A-Z]{5}$/.test(code) && AWAY_CLASSES.has(code.slice(0, 2)))) return true;
  if (AWAY_TEXTS.some((text) => error.message.startsWith(text))) return true;
  if (error instanceof AggregateError && error.errors.some(isAway)) return true;
  return error.cause !== undefined && error.cause !== error && isAway(error.cause);
}
