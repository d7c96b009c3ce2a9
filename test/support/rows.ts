/** A database as a dump would show it: every row of every table, searched for a text. */
type Db = { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

/** Each row in which the text stands, whatever its case, as "table: row". */
export async function rowsWith(db: Db, text: string): Promise<string[]> {
  const { rows: tables } = await db.query(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  const found: string[] = [];
  for (const name of tables.map((row) => String(Reflect.get(Object(row), "name")))) {
    const { rows } = await db.query(
      `SELECT one::text AS row FROM ${name} AS one WHERE strpos(lower(one::text), lower($1)) > 0`,
      [text],
    );
    found.push(...rows.map((row) => `${name}: ${Reflect.get(Object(row), "row")}`));
  }
  return found;
}
