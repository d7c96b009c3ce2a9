/** Asking Foyer's own database what is really there. */
import pg from "pg";
import type { BenchStack } from "../stack.ts";

export type Query = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

let kept: { url: string; client: pg.Client } | undefined;

/** Runs `work` on a connection that is kept from call to call. */
export async function withDatabase<T>(stack: BenchStack, work: (query: Query) => Promise<T>): Promise<T> {
  if (kept?.url !== stack.databaseUrl) {
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    client.on("error", () => {
      kept = undefined; // The server was stopped: the next call connects anew.
    });
    await client.connect();
    kept = { url: stack.databaseUrl, client };
  }
  const { client } = kept;
  return work(async (text, values = []) => (await client.query(text, values)).rows);
}
