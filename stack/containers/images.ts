/** Foyer's own images for the tests: built from the working tree, with Prosody in both versions. */
import { existsSync } from "node:fs";
import type { Report } from "../part.ts";
import { ROOT } from "../settings.ts";
import type { Bases } from "./bases.ts";
import { type Environment, must } from "./command.ts";

/** The tags of Prosody's images, by the Debian that brings the version. */
export const PROSODY_TAGS = { debian: "0.12", trixie: "13" } as const;

/** Names no images of anybody who runs Foyer in containers on this machine. */
const PREFIX = "foyer-test";

/** Builds what changed, prints the sizes, and returns the environment in which docker-compose.yml uses these images. */
export async function buildImages(bases: Bases, env: Environment, say: Report): Promise<Environment> {
  const withImages: Environment = {
    ...env,
    FOYER_IMAGES: PREFIX,
    NODE_IMAGE: bases.node,
    DEBIAN_IMAGE: bases.debian,
    POSTGRES_IMAGE: bases.postgres,
    CA_BUNDLE: caBundle(),
  };
  const prosody = async (debian: keyof typeof PROSODY_TAGS) =>
    build(["prosody"], { ...withImages, PROSODY_DEBIAN_IMAGE: bases[debian], PROSODY_TAG: PROSODY_TAGS[debian] });
  say("Building images …");
  await build(["component", "webchat"], withImages);
  await prosody("debian");
  await prosody("trixie");
  const names = ["component", "webchat", ...Object.values(PROSODY_TAGS).map((tag) => `prosody:${tag}`)];
  for (const name of names) say(`  ${`foyer/${name}`.padEnd(20)} ${await sizeOf(`${PREFIX}/${name}`, env)}`);
  return withImages;
}

/** Building needs no secrets, and must not read those of somebody's .env. */
const NO_SETTINGS = ["compose", "--env-file", "/dev/null", "--progress=plain"];

async function build(services: string[], env: Environment): Promise<void> {
  const args = [...NO_SETTINGS, "build", ...services];
  await must(`The images of ${services.join(" and ")} could not be built`, "docker", args, { cwd: ROOT, env });
}

async function sizeOf(image: string, env: Environment): Promise<string> {
  const bytes = await must("docker", "docker", ["image", "inspect", "--format", "{{.Size}}", image], { env });
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}

/** The certificates that npm needs here, if this machine has been told of any. */
function caBundle(): string | undefined {
  const told = process.env.CA_BUNDLE ?? process.env.NODE_EXTRA_CA_CERTS;
  return told !== undefined && existsSync(told) ? told : undefined;
}
