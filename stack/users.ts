/** Whom PostgreSQL and Prosody run as, and what those users can reach. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { chown } from "node:fs/promises";
import { CannotStart } from "./cannot-start.ts";

/** A system user; only ever somebody without rights. */
export type User = { name: string; uid: number; gid: number };

export const isRoot = (): boolean => process.getuid?.() === 0;

/** The user of that name, or nothing when there is none. */
export function findUser(name: string): User | undefined {
  const id = (flag: string) => Number.parseInt(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout, 10);
  const [uid, gid] = [id("-u"), id("-g")];
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { name, uid, gid };
}

/**
 * Whom to run a server as: nobody else when we are an ordinary user; as root the system user of that name.
 * @param make make the user when it is missing, as PostgreSQL's is.
 */
export function serviceUser(name: string, make = false): User | undefined {
  if (!isRoot()) return undefined;
  const found = findUser(name);
  if (found !== undefined) return found;
  if (make) {
    spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]);
    const made = findUser(name);
    if (made !== undefined) return made;
  }
  throw new CannotStart(`There is no user "${name}" to run as, since root must not. Type: useradd --system ${name}`);
}

/** Whether that user (or we ourselves) can read and enter a folder: every folder above it counts. */
export function canReach(user: User | undefined, path: string): boolean {
  if (user === undefined) {
    try {
      accessSync(path, constants.R_OK | constants.X_OK);
      return true;
    } catch {
      return false; // Not ours to read: that is the answer.
    }
  }
  const asUser = { uid: user.uid, gid: user.gid, cwd: "/" };
  return spawnSync("test", ["-r", path, "-a", "-x", path], asUser).status === 0;
}

/** Gives a file or folder to the user that needs it; ours stay ours when we are nobody special. */
export async function giveTo(user: User | undefined, path: string): Promise<void> {
  if (user !== undefined) await chown(path, user.uid, user.gid);
}
