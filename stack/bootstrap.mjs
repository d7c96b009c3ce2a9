#!/usr/bin/env node
// The door of every npm script: node stack/bootstrap.mjs <script.ts> [arguments].
//
// Plain JavaScript for Node 20.19 and newer, without a dependency, because it runs before there are any. It installs the
// npm packages when they are missing or not those of package-lock.json, and then runs the script with Node 24, which is
// one of these packages. Says nothing when there is nothing to do.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");
const NODE_24 = join(ROOT, "node_modules", ".bin", "node");
const SETPRIV = "/usr/bin/setpriv";

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Foyer needs Node 20.19 or newer to begin with, and this is ${process.versions.node}. See https://nodejs.org`);
}

function fail(text) {
  console.error(text);
  process.exit(1);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  } catch {
    return undefined; // Not there, or cut off by a crash: the same to us.
  }
}

/** Whether node_modules holds what package-lock.json asks for. Optional packages may be missing: they are for other machines. */
function packagesAreCurrent() {
  const asked = readJson("package-lock.json")?.packages;
  const installed = readJson("node_modules/.package-lock.json")?.packages;
  if (asked === undefined || installed === undefined || !existsSync(NODE_24)) return false;
  return Object.entries(asked).every(([path, { version, optional, devOptional, link, peer }]) => {
    if (path === "" || link) return true;
    if (installed[path] === undefined) return Boolean(optional || devOptional || peer);
    return installed[path].version === version;
  });
}

function installPackages() {
  console.log("Installing npm packages …");
  // Not "npm ci": it refuses a lockfile that was written where not every platform's optional packages could be had, and it
  // would take the modules away under a server that runs. This installs the very versions of the lockfile, and leaves it be.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stdout, stderr, error } = spawnSync("npm", args, {
    cwd: ROOT,
    encoding: "utf8",
    env: plainEnvironment(),
  });
  if (error) fail(`npm cannot be run: ${error.message}`);
  if (status !== 0) fail(`${stdout}${stderr}\nnpm could not install the packages; what it said is above.`);
  if (!existsSync(NODE_24)) {
    fail(
      "npm installed the packages without Node 24. Allow install scripts (npm config delete ignore-scripts) and try again.",
    );
  }
}

/** Without what npm tells its scripts, lest the inner npm takes the outer one's options for its own. */
function plainEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)/i.test(name)),
  );
}

/** Runs the script and ends as it ends. Signals go on to it: it stops in order, and we wait for that. */
function run(script, args) {
  const path = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const command = [NODE_24, "--disable-warning=ExperimentalWarning", join(ROOT, script), ...args];
  // When we are killed without a word, the kernel asks the script to stop.
  if (existsSync(SETPRIV)) command.unshift(SETPRIV, "--pdeathsig=SIGTERM", "--");
  const child = spawn(command[0], command.slice(1), {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });

  // Ctrl-C reaches the script from the terminal, as it reaches us: only what is sent to us alone is passed on.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const orphaned = whenNpmIsGone(() => child.kill("SIGTERM"));

  child.on("error", (error) => fail(`Node 24 cannot be run: ${error.message}`));
  child.on("exit", (code, signal) => {
    clearInterval(orphaned);
    process.exit(code ?? (signal ? 1 : 0));
  });
}

/** npm killed without a word leaves us behind, and the shell between us too: notices, and calls back once. */
function whenNpmIsGone(then) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const ancestors = () => [process.ppid, parentOf(process.ppid)].join();
  const atFirst = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === atFirst) return;
    clearInterval(timer);
    then();
  }, 1000);
  return timer.unref();
}

function parentOf(pid) {
  try {
    return /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  } catch {
    return undefined; // Gone, or a system without /proc.
  }
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("usage: node stack/bootstrap.mjs <script.ts> [arguments]");
requireNode();
if (!packagesAreCurrent()) installPackages();
run(script, args);
