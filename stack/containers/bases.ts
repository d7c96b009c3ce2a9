/** The base images: the official ones, or images made on this machine where no registry of images can be reached. */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotStart } from "../cannot-start.ts";
import { requirePackages } from "../packages.ts";
import type { Report } from "../part.ts";
import { ROOT } from "../settings.ts";
import { isRoot } from "../users.ts";
import { type Environment, must, run } from "./command.ts";

/** Names of images. Prosody 0.12 is Debian bookworm's, Prosody 13 is Debian trixie's. */
export type Bases = { node: string; debian: string; trixie: string; postgres: string };

/** What docker-compose.yml names when nobody says otherwise. */
export const OFFICIAL: Bases = {
  node: "node:24-bookworm-slim",
  debian: "debian:bookworm-slim",
  trixie: "debian:trixie-slim",
  postgres: "postgres:17-bookworm",
};

const RECIPES = join(ROOT, "containers", "bases");

/**
 * @param wish `official`, `local`, or nothing: the official ones if they can be pulled.
 * @throws CannotStart when the images can neither be pulled nor made.
 */
export async function requireBases(wish: string | undefined, env: Environment, say: Report): Promise<Bases> {
  if (wish === "official") return OFFICIAL;
  if (wish !== undefined && wish !== "local") throw new CannotStart('FOYER_BASES is "official", "local" or not set.');
  if (wish === undefined && (await canPull(env))) return OFFICIAL;
  say("Making base images on this machine …");
  return makeBases(env, say);
}

async function canPull(env: Environment): Promise<boolean> {
  const { code } = await run("docker", ["pull", "--quiet", OFFICIAL.debian], { env, withinMs: 120_000 });
  return code === 0;
}

async function makeBases(env: Environment, say: Report): Promise<Bases> {
  if (!isRoot()) throw new CannotStart("Base images can only be made by root: debootstrap needs it.");
  const tag = await recipeHash();
  const bases: Bases = {
    debian: "foyer-local/debian:bookworm",
    trixie: "foyer-local/debian:trixie",
    node: `foyer-local/node:${tag}`,
    postgres: `foyer-local/postgres:${tag}`,
  };
  await makeDebian("bookworm", bases.debian, env, say);
  await makeDebian("trixie", bases.trixie, env, say);
  if (!(await isThere(bases.node, env)) || !(await isThere(bases.postgres, env))) await makeOthers(bases, env);
  return bases;
}

/** The same as the official images as far as Foyer looks, and no more: for trying, never for serving anybody. */
async function makeOthers(bases: Bases, env: Environment): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-bases-"));
  try {
    await cp(RECIPES, folder, { recursive: true });
    await cp(process.execPath, join(folder, "node"));
    await must("npm could not fetch itself", "npm", ["pack", "npm@11", "--silent"], { cwd: folder });
    await must("tar could not unpack npm", "sh", ["-c", "tar xzf npm-11*.tgz && mv package npm"], { cwd: folder });
    const names = { NODE_BASE: bases.node, POSTGRES_BASE: bases.postgres, DEBIAN_BASE: bases.debian };
    await must("The base images could not be built", "docker", ["compose", "--progress=plain", "build"], {
      cwd: folder,
      env: { ...env, ...names, TRIXIE_BASE: bases.trixie },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isThere = async (image: string, env: Environment): Promise<boolean> =>
  (await run("docker", ["image", "inspect", image], { env })).code === 0;

/** What an official slim image leaves out as well, and what installing left behind. */
const LEFT_OUT = ["usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale"];
const LEFT_BEHIND = ["var/cache/apt", "var/lib/apt/lists", "var/log"];

async function makeDebian(suite: string, image: string, env: Environment, say: Report): Promise<void> {
  if (await isThere(image, env)) return;
  await requirePackages(["debootstrap"], say);
  const folder = await mkdtemp(join(tmpdir(), "foyer-debian-"));
  try {
    const mirror = process.env.FOYER_DEBIAN_MIRROR ?? "http://deb.debian.org/debian";
    await must(`debootstrap could not make Debian ${suite}`, "debootstrap", [
      "--variant=minbase",
      suite,
      folder,
      mirror,
    ]);
    for (const path of [...LEFT_OUT, ...LEFT_BEHIND]) {
      await rm(join(folder, path), { recursive: true, force: true });
      await mkdir(join(folder, path));
    }
    await writeFile(
      join(folder, "etc/dpkg/dpkg.cfg.d/slim"),
      LEFT_OUT.map((path) => `path-exclude=/${path}/*\n`).join(""),
    );
    // A mirror may be a copy of some day: what this machine believes of dates, the image believes too.
    const { stdout } = await run("apt-config", ["dump"]);
    const dates = stdout.split("\n").filter((line) => line.startsWith("Acquire::Check-"));
    await writeFile(join(folder, "etc/apt/apt.conf.d/90machine"), `${dates.join("\n")}\n`);
    await importFolder(folder, image, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importFolder(folder: string, image: string, env: Environment): Promise<void> {
  const pipe = 'tar -C "$1" -c --numeric-owner . | docker import - "$2"';
  await must(`docker could not import ${image}`, "bash", ["-o", "pipefail", "-c", pipe, "bash", folder, image], {
    env,
  });
}

/** Names the images: a changed recipe, or another Node, makes new ones. */
async function recipeHash(): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  for (const name of (await readdir(RECIPES)).sort()) hash.update(name).update(await readFile(join(RECIPES, name)));
  return hash.digest("hex").slice(0, 12);
}
