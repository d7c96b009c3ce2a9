/** A container engine: the one that answers already, or one of our own for as long as it is needed. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CannotStart } from "../cannot-start.ts";
import { requirePackages } from "../packages.ts";
import { createPart, type Report } from "../part.ts";
import { isRoot } from "../users.ts";
import { type Environment, run } from "./command.ts";
import { rememberNetwork } from "./network.ts";

export type Engine = {
  /** The environment for docker, compose and testcontainers. */
  env: Environment;
  /** Ours: started by us, with images that nobody else uses. */
  isOurs: boolean;
  /** Stops it, if it is ours; another's goes on. */
  close(): Promise<void>;
};

/**
 * Finds or starts an engine. Its images are kept in `cache` between runs, when it is ours.
 * @throws CannotStart when none answers and none can be started.
 */
export async function openEngine(cache: string, say: Report): Promise<Engine> {
  if (await answers(process.env)) return { env: { ...process.env }, isOurs: false, close: async () => undefined };
  if (process.platform !== "linux" || !isRoot())
    throw new CannotStart(
      "No container engine answers. Start Docker, or name one in DOCKER_HOST; as root we start our own.",
    );
  await requirePackages(["docker"], say);
  return startEngine(cache, say);
}

async function startEngine(cache: string, say: Report): Promise<Engine> {
  const folder = join(cache, "engine");
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const socket = `unix://${folder}/docker.sock`;
  const env = { ...process.env, DOCKER_HOST: socket };
  // Left over by a run that was killed without a word, or somebody is looking into what a run left: it is not ours to stop.
  if (await answers(env)) return { env, isOurs: false, close: async () => undefined };
  const restoreNetwork = await rememberNetwork();
  const part = createPart({
    name: "the container engine",
    plan: () => ({
      name: "dockerd",
      command: "dockerd",
      args: [
        ["--host", socket],
        ["--data-root", join(folder, "data")],
        ["--exec-root", join(folder, "exec")],
        ["--pidfile", join(folder, "dockerd.pid")],
        ["--log-level", "warn"],
      ].flat(),
      cwd: folder,
      // dockerd looks for iptables, runc and containerd in its path.
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: folder, ...proxies() },
      logFile: join(cache, "engine.log"),
      stopSignal: "SIGTERM",
    }),
    ready: async (_, signal) => {
      while (!(await answers(env))) {
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    readyWithinMs: 60_000,
    stopWithinMs: 60_000,
  });
  say("Starting a container engine …");
  await part.start();
  let closing: Promise<void> | undefined;
  return {
    env,
    isOurs: true,
    async close() {
      // It leaves two mounts of its own behind.
      const mounts = [join(folder, "exec", "netns", "default"), join(folder, "data")];
      closing ??= part
        .stop()
        .then(() => run("umount", mounts))
        .then(restoreNetwork);
      await closing;
    },
  };
}

async function answers(env: Environment): Promise<boolean> {
  const { code } = await run("docker", ["version", "--format", "{{.Server.Version}}"], { env, withinMs: 10_000 });
  return code === 0;
}

/** What the engine itself needs to pull through a proxy. */
function proxies(): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
