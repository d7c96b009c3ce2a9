/** A database without a server, for units whose statements are tested elsewhere. */
import type { Database } from "../../../component/store/db.ts";

export type Fate = "works" | "away" | "away at commit" | "mistaken";

/** A database at the edge of the unit: it remembers statements, and fails as it is told. */
export function fakeDatabase(): Database & { fate: Fate; statements: string[]; transaction: "open" | "over" } {
  const statements: string[] = [];
  const db = {
    fate: "works" as Fate,
    statements,
    transaction: "over" as "open" | "over",
    async query<Row extends object>(
      text: string,
    ): Promise<{ rows: Row[]; rowCount: number; command: string; oid: number; fields: [] }> {
      if (db.fate === "away") throw refused();
      if (text === "BEGIN") db.transaction = "open";
      if (text === "COMMIT") db.transaction = "over";
      // A statement outside of a transaction is one by itself.
      if (db.fate === "away at commit" && db.transaction === "over") {
        db.fate = "works";
        throw new Error("Connection terminated unexpectedly");
      }
      if (db.fate === "mistaken" && text.includes("INSERT"))
        throw Object.assign(new Error("mistake"), { code: "42601" });
      statements.push(text.trim().split(/\s+/).slice(0, 3).join(" "));
      return { rows: [], rowCount: 0, command: text, oid: 0, fields: [] };
    },
    connect: async () => {
      if (db.fate === "away") throw refused();
      const stream = { cork: () => undefined, uncork: () => undefined };
      const client = { on: () => undefined, off: () => undefined, release: () => undefined, connection: { stream } };
      return Object.assign(Object.create({ ...client, query: textOf(db.query) }));
    },
    ready: async () => db.fate !== "away",
    close: async () => undefined,
  };
  return db;
}

const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

/** A statement may come with a name. */
const textOf =
  <Result>(query: (text: string, values?: unknown[]) => Result) =>
  (statement: string | { text: string; values: unknown[] }, values?: unknown[]): Result =>
    typeof statement === "string" ? query(statement, values) : query(statement.text, statement.values);
