/** Programs that npm cannot bring: Prosody, and Chromium for the tests. Found, or installed where that is allowed. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { CannotStart } from "./cannot-start.ts";
import type { Report } from "./part.ts";
import { isRoot } from "./users.ts";

type Wanted = { debian: string[]; isThere: () => boolean; what: string };

const PACKAGES = {
  prosody: {
    debian: ["prosody", "lua-dbi-postgresql"],
    isThere: () => existsSync("/usr/bin/prosody") && existsSync("/usr/bin/prosodyctl") && luaHasDbi(),
    what: "Prosody 0.12 or newer, with lua-dbi-postgresql",
  },
  chromium: {
    debian: ["chromium", "fonts-liberation", "fonts-dejavu-core"],
    isThere: () => chromiumPath() !== undefined,
    what: "Chromium, for the tests in a real browser",
  },
  docker: {
    debian: ["docker.io", "iptables"],
    isThere: () => onPath("dockerd") && onPath("docker") && onPath("iptables"),
    what: "Docker's engine, for the tests in containers",
  },
  debootstrap: {
    debian: ["debootstrap"],
    isThere: () => onPath("debootstrap"),
    what: "debootstrap, for base images made on this machine",
  },
  java: {
    debian: ["default-jdk-headless", "maven"],
    isThere: () => onPath("java") && onPath("javac") && onPath("mvn"),
    what: "Java and Maven, for the tests with Smack",
  },
  slixmpp: {
    debian: ["python3-slixmpp"],
    isThere: () => spawnSync("/usr/bin/python3", ["-c", "import slixmpp"]).status === 0,
    what: "Python with slixmpp, for the tests with that library",
  },
  profanity: {
    debian: ["profanity", "tmux"],
    isThere: () => onPath("profanity") && onPath("tmux"),
    what: "profanity and tmux, for the tests with a client in a terminal",
  },
  unbound: {
    debian: ["lua-unbound"],
    isThere: () => spawnSync("lua5.4", ["-e", 'require "lunbound"']).status === 0,
    what: "lua-unbound, by which Prosody looks up the servers of the tests",
  },
  openssl: {
    debian: ["openssl"],
    isThere: () => onPath("openssl"),
    what: "openssl, for the tests' certificates",
  },
} satisfies Record<string, Wanted>;

export type PackageName = keyof typeof PACKAGES;

/** Where the browser for the tests is; CHROMIUM_PATH names another. */
export function chromiumPath(): string | undefined {
  const candidates = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  return candidates.find((path) => path !== undefined && path !== "" && existsSync(path));
}

const onPath = (program: string): boolean =>
  ["/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin"].some((folder) => existsSync(`${folder}/${program}`));

/**
 * Makes sure of the programs. Silent when they are there; says so before it installs.
 * @throws CannotStart with what to type when it may not install, or apt cannot.
 */
export async function requirePackages(names: PackageName[], say: Report): Promise<void> {
  const missing = names.map((name) => PACKAGES[name]).filter((wanted) => !wanted.isThere());
  if (missing.length > 0) {
    const packages = missing.flatMap((wanted) => wanted.debian);
    const what = missing.map((wanted) => wanted.what).join("; ");
    const typed = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`;
    const runner = asRoot();
    if (!existsSync("/usr/bin/apt-get"))
      throw new CannotStart(`Foyer needs ${what}. Install it with this system's package manager, then try again.`);
    if (runner === undefined) throw new CannotStart(`Foyer needs ${what}. Type: ${typed}`);
    say(`Installing ${packages.join(", ")} …`);
    install(packages, runner, typed);
    const still = missing.filter((wanted) => !wanted.isThere());
    if (still.length > 0) throw new CannotStart(`Still missing: ${still.map((wanted) => wanted.what).join("; ")}.`);
  }
  if (names.includes("prosody")) requireProsodyVersion();
}

/** How to run a command as root: as it is, by sudo without a password, or not at all. */
function asRoot(): string[] | undefined {
  if (isRoot()) return [];
  const sudo = spawnSync("sudo", ["-n", "true"]);
  return sudo.status === 0 ? ["sudo", "-n"] : undefined;
}

/**
 * Debian starts a service as soon as its package is installed; Prosody's would hold port 5222. `policy-rc.d` says no to
 * that while we install, and the service that we brought is not started at the next boot either.
 */
const INSTALL = `
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }
case " $* " in *" prosody "*) [ ! -d /run/systemd/system ] || systemctl disable --now prosody || true ;; esac
`;

function install(packages: string[], runner: string[], typed: string): void {
  const [command = "sh", ...args] = [...runner, "sh", "-c", INSTALL, "install", ...packages];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return;
  const said = `${stdout ?? ""}${stderr ?? ""}`.trimEnd().split("\n").slice(-8);
  throw new CannotStart([
    `apt-get could not install ${packages.join(", ")}. The last it said:`,
    ...said,
    `Try: ${typed}`,
  ]);
}

/** Asks the very Lua that Prosody runs on: several may be installed, each with modules of its own. */
function luaHasDbi(): boolean {
  const [interpreter] = readFileSync("/usr/bin/prosody", "utf8").split("\n", 1);
  const lua =
    interpreter
      ?.trim()
      .split(/[\s/]+/)
      .at(-1) ?? "lua";
  return spawnSync(lua, ["-e", 'require "dbd.postgresql"']).status === 0;
}

function requireProsodyVersion(): void {
  const { stdout } = spawnSync("/usr/bin/prosodyctl", ["about"], { encoding: "utf8" });
  const version = /Prosody (\d+)\.(\d+)/.exec(stdout ?? "");
  if (version === null) return; // A development build: its makers know what they do.
  const [major = 0, minor = 0] = version.slice(1).map(Number);
  if (major === 0 && minor < 12)
    throw new CannotStart(
      `Foyer needs Prosody 0.12 or newer, and this is ${major}.${minor}: see https://prosody.im/download`,
    );
}
