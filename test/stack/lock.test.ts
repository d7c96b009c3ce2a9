import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockData, lockHolder } from "../../stack/lock.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "foyer-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a data folder", () => {
  it("is had by one process at a time, and given back", async () => {
    const unlock = await lockData(folder);
    expect(await lockHolder(folder)).toBe(process.pid);
    await expect(lockData(folder)).rejects.toThrow(`already running with the data in ${folder}`);
    await unlock();
    expect(await lockHolder(folder)).toBeUndefined();
  });

  it("is free again after a crash, even when the process number belongs to another by now", async () => {
    const other = spawn("sleep", ["60"]);
    await once(other, "spawn");
    await writeFile(join(folder, "foyer.pid"), `${other.pid} 12345\n`);
    const unlock = await lockData(folder);
    expect(await readFile(join(folder, "foyer.pid"), "utf8")).toMatch(new RegExp(`^${process.pid} `));
    await unlock();
    other.kill();
  });
});
