/** "docker compose", version 2: there already, or Debian's own taken aside for us. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotStart } from "../cannot-start.ts";
import type { Report } from "../part.ts";
import { type Environment, must, run } from "./command.ts";

/** The environment in which `docker compose` works. @throws CannotStart where it is missing and cannot be had. */
export async function requireCompose(env: Environment, cache: string, say: Report): Promise<Environment> {
  if (await works(env)) return env;
  const config = join(cache, "docker-config");
  const withOurs = { ...env, DOCKER_CONFIG: config };
  if (await works(withOurs)) return withOurs;
  if (!existsSync("/usr/bin/apt-get"))
    throw new CannotStart("Docker's compose plugin, version 2, is needed: install it.");
  say("Fetching docker compose …");
  await fetchFromDebian(join(config, "cli-plugins"));
  if (await works(withOurs)) return withOurs;
  throw new CannotStart(
    "Docker's compose plugin, version 2, is needed, and the one of Debian trixie does not run here.",
  );
}

async function works(env: Environment): Promise<boolean> {
  return (await run("docker", ["compose", "version"], { env, withinMs: 20_000 })).code === 0;
}

/** The release before brought version 1 only. The plugin is one program; nothing of it is installed. */
const SOURCE =
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main";

async function fetchFromDebian(plugins: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "foyer-compose-"));
  try {
    await mkdir(join(folder, "lists", "partial"), { recursive: true });
    await mkdir(join(folder, "archives", "partial"), { recursive: true });
    await writeFile(join(folder, "sources.list"), `${SOURCE}\n`);
    const options = [
      `Dir::Etc::SourceList=${folder}/sources.list`,
      "Dir::Etc::SourceParts=-",
      `Dir::State::Lists=${folder}/lists`,
      `Dir::Cache=${folder}`,
      "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
      "APT::Sandbox::User=root", // The folder is ours alone.
    ].flatMap((option) => ["-o", option]);
    const failed = "apt-get could not fetch docker compose from Debian trixie";
    await must(failed, "apt-get", [...options, "update"]);
    await must(failed, "apt-get", [...options, "download", "docker-compose"], { cwd: folder });
    await must(failed, "sh", ["-c", `dpkg-deb -x docker-compose_*.deb unpacked`], { cwd: folder });
    await mkdir(plugins, { recursive: true });
    await must(failed, "cp", [join(folder, "unpacked/usr/libexec/docker/cli-plugins/docker-compose"), plugins]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
