/** A disk of its own that can be filled: a file with a file system in it, mounted. Only root may do so. */
import { spawnSync } from "node:child_process";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { isRoot } from "../../stack/users.ts";

export type SmallDisk = {
  /** Takes all that is left of it. */
  fill(): Promise<void>;
  free(): Promise<void>;
  remove(): Promise<void>;
};

const SIZE_MB = 1_500;

/** Mounts it at `dataDir/name`. Undefined when it cannot be had here. */
export async function createSmallDisk(dataDir: string, name: string): Promise<SmallDisk | undefined> {
  if (!isRoot()) return undefined;
  const [image, folder] = [join(dataDir, `${name}.img`), join(dataDir, name)];
  await mkdir(folder, { mode: 0o700 });
  const made =
    done("truncate", "-s", `${SIZE_MB}M`, image) &&
    done("mkfs.ext4", "-q", "-F", "-m", "0", image) &&
    done("mount", "-o", "loop", image, folder);
  if (!made) {
    await rm(image, { force: true });
    return undefined;
  }
  // Whatever ends this process, nothing stays mounted; whoever still has it open keeps it until then.
  process.once("exit", () => done("umount", "--lazy", folder));
  // PostgreSQL wants an empty folder.
  await rm(join(folder, "lost+found"), { recursive: true, force: true });
  const filler = join(folder, "filler");
  return {
    async fill() {
      const file = await open(filler, "w", 0o600);
      try {
        for (let bytes = 1 << 22; bytes >= 4_096; bytes >>= 2) {
          const block = Buffer.alloc(bytes);
          const { bavail, bsize } = await statfs(folder);
          for (let left = bavail * bsize; left >= bytes; left -= bytes) await file.write(block);
        }
      } catch (error) {
        if (!String(error).includes("ENOSPC")) throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async remove() {
      done("umount", folder);
      await rm(image, { force: true });
    },
  };
}

function done(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
