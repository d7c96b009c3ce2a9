/** Passwords and keys that nobody chose: random, made once, kept in data/secrets.json for the owner's eyes only. */
import { randomBytes } from "node:crypto";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CannotStart } from "./cannot-start.ts";

const schema = z.object({
  postgresPassword: z.string(),
  foyerDatabasePassword: z.string(),
  prosodyDatabasePassword: z.string(),
  componentSecret: z.string(),
  webchatSecret: z.string(),
  tokenSecret: z.string(),
  /** The demo agents' passwords by user name, as they are in Prosody once `accountsMade` holds the name. */
  passwords: z.record(z.string(), z.string()),
  accountsMade: z.array(z.string()),
});
export type Secrets = z.infer<typeof schema>;

const key = () => randomBytes(32).toString("base64url");

/** Easy to read off a screen and to type: no 0, o, 1, l, i. */
function readablePassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const part = () => [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join("");
  return `${part()}-${part()}-${part()}`;
}

/** The secrets of this data folder, made when missing. A `demoPassword` replaces all agents' passwords. */
export async function loadSecrets(dataDir: string, agents: string[], demoPassword?: string): Promise<Secrets> {
  const secrets = (await readSecrets(dataDir)) ?? {
    postgresPassword: key(),
    foyerDatabasePassword: key(),
    prosodyDatabasePassword: key(),
    componentSecret: key(),
    webchatSecret: key(),
    tokenSecret: key(),
    passwords: {},
    accountsMade: [],
  };
  for (const agent of agents) {
    const password = demoPassword ?? secrets.passwords[agent] ?? readablePassword();
    if (password !== secrets.passwords[agent]) secrets.accountsMade = secrets.accountsMade.filter((a) => a !== agent);
    secrets.passwords[agent] = password;
  }
  await saveSecrets(dataDir, secrets);
  return secrets;
}

/** Writes beside and renames, so that a crash never leaves half a file. */
export async function saveSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  const file = join(dataDir, "secrets.json");
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
}

async function readSecrets(dataDir: string): Promise<Secrets | undefined> {
  const file = join(dataDir, "secrets.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CannotStart(
      `${file} is damaged. Restore it from a backup, or remove the data folder to begin anew.`,
      cause,
    );
  }
}
