/** The two databases on one server: Foyer's, and Prosody's. */
import pg from "pg";
import { CannotStart } from "./cannot-start.ts";
import { type PostgresOptions, superuserUrl } from "./postgres.ts";
import type { Secrets } from "./secrets.ts";
import type { Settings } from "./settings.ts";

export type Databases = { foyer: string; prosody: string };

/** Makes both on the embedded server, each with an owner of its own, where missing. Returns their addresses. */
export async function makeDatabases(postgres: PostgresOptions, secrets: Secrets): Promise<Databases> {
  const owners = { foyer: secrets.foyerDatabasePassword, prosody: secrets.prosodyDatabasePassword };
  await withClient(superuserUrl(postgres), async (client) => {
    for (const [name, password] of Object.entries(owners)) {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
      if (rowCount !== 0) continue;
      const quoted = client.escapeIdentifier(name);
      const role = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
      const verb = role.rowCount === 0 ? "CREATE" : "ALTER";
      await client.query(`${verb} ROLE ${quoted} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      await client.query(`CREATE DATABASE ${quoted} OWNER ${quoted}`);
    }
  });
  const address = (name: "foyer" | "prosody") =>
    `postgresql://${name}:${encodeURIComponent(owners[name])}@127.0.0.1:${postgres.port}/${name}`;
  return { foyer: address("foyer"), prosody: address("prosody") };
}

/**
 * The databases on a server of somebody else's. Prosody's, when it is not named, is "prosody" beside Foyer's, with the same
 * user, and is made if that user may.
 * @throws CannotStart when one cannot be reached.
 */
export async function findDatabases(settings: Settings): Promise<Databases> {
  const foyer = settings.databaseUrl;
  if (foyer === undefined) throw new Error("no DATABASE_URL");
  await reach(foyer, "DATABASE_URL");
  if (settings.prosodyDatabaseUrl !== undefined) {
    await reach(settings.prosodyDatabaseUrl, "PROSODY_DATABASE_URL");
    return { foyer, prosody: settings.prosodyDatabaseUrl };
  }
  const beside = new URL(foyer);
  beside.pathname = "/prosody";
  await withClient(foyer, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'prosody'");
    if (rowCount !== 0) return;
    await client.query("CREATE DATABASE prosody").catch((cause) => {
      const how = `Make a database for Prosody and name it in PROSODY_DATABASE_URL (${cause.message}).`;
      throw new CannotStart(how, cause);
    });
  });
  return { foyer, prosody: beside.href };
}

/** Runs `work` with a connection that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function reach(url: string, setting: string): Promise<void> {
  try {
    await withClient(url, (client) => client.query("SELECT 1"));
  } catch (cause) {
    const { hostname, port, pathname } = new URL(url);
    const why = cause instanceof Error ? cause.message || String(cause) : String(cause);
    const where = `${hostname}:${port || 5432}${pathname}`;
    throw new CannotStart(`${setting}: the database at ${where} cannot be reached: ${why}`, cause);
  }
}
