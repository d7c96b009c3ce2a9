/** What a container engine does to the machine's network, and how it is undone when the engine was ours. */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { run } from "./command.ts";

const FORWARDING = "/proc/sys/net/ipv4/ip_forward";
const TABLES = ["iptables", "ip6tables"];

/** Remembers firewall rules and forwarding. What it returns puts them back, and takes the engine's bridge away. */
export async function rememberNetwork(): Promise<() => Promise<void>> {
  const forwarding = await readFile(FORWARDING, "utf8").catch(() => undefined); // No IPv4 here.
  const rules = await Promise.all(TABLES.map(async (table) => ({ table, saved: await run(`${table}-save`, []) })));
  return async () => {
    await run("ip", ["link", "delete", "docker0"]);
    for (const { table, saved } of rules)
      if (saved.code === 0) await restore(`${table}-restore`, saved.stdout === "" ? EMPTY : saved.stdout);
    if (forwarding !== undefined) await writeFile(FORWARDING, forwarding);
  };
}

/** Where there were no rules at all, nothing is saved; these are the tables that an engine fills. */
const EMPTY = ["filter", "nat"].map((table) => `*${table}\nCOMMIT\n`).join("");

async function restore(program: string, rules: string): Promise<void> {
  const child = spawn(program, { stdio: ["pipe", "ignore", "ignore"] });
  child.on("error", () => undefined); // Taken away meanwhile: then its rules are not in force either.
  child.stdin.on("error", () => undefined);
  child.stdin.end(rules);
  await new Promise((resolve) => child.once("close", resolve).once("error", resolve));
}
