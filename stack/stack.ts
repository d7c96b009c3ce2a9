/** The whole of Foyer on one machine, put together once: `npm start` and the system tests both call this. */
import { mkdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "../migrations/migrate.ts";
import { type Databases, findDatabases, makeDatabases } from "./databases.ts";
import type { Part, Report } from "./part.ts";
import { createPostgres } from "./postgres.ts";
import { createProsody, type Prosody } from "./prosody.ts";
import { loadSecrets, type Secrets } from "./secrets.ts";
import { createComponent, createWebchat } from "./services.ts";
import type { Settings } from "./settings.ts";

/** The demo's agents, by the user part of their address. */
export const AGENTS = ["anna", "ben"];

export type Stack = {
  settings: Settings;
  secrets: Secrets;
  databases: Databases;
  /** Not there when DATABASE_URL names another server. */
  postgres: Part | undefined;
  prosody: Prosody;
  component: Part;
  webchat: Part;
  /** Ends everything, the one that others need last. */
  stop(): Promise<void>;
};

export type StackOptions = {
  /** Brings parts back that end unasked, and says so. */
  supervise?: Report;
  /** Further variables for the workgroup service and the gateway. */
  env?: { component?: Record<string, string>; webchat?: Record<string, string> };
  /** Does not wait for the disk while the cluster is made; for data nobody will miss. */
  hasty?: boolean;
  /** False leaves the gateway unstarted, for tests that need none of it. */
  gateway?: boolean;
  /** The accounts to make, by the user part of their address, instead of the demo's. */
  agents?: string[];
};

/**
 * Starts PostgreSQL, Prosody, the workgroup service and the gateway, and returns when all of them serve.
 * When one does not come up, the others are stopped again before this throws.
 */
export async function startStack(settings: Settings, options: StackOptions = {}): Promise<Stack> {
  const { dataDir } = settings;
  const logDir = join(dataDir, "logs");
  await mkdir(logDir, { recursive: true });
  for (const name of ["postgres", "prosody", "component", "webchat"]) await turnOver(join(logDir, `${name}.log`));
  const secrets = await loadSecrets(dataDir, options.agents ?? AGENTS, settings.demoPassword);

  const parts: Part[] = [];
  const start = async <P extends Part>(part: P): Promise<P> => {
    parts.push(part);
    await part.start();
    return part;
  };
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop();
  };

  try {
    const cluster = { dataDir, logDir, port: settings.ports.postgres, password: secrets.postgresPassword };
    const embedded = settings.databaseUrl === undefined;
    const postgres = embedded
      ? await start(await createPostgres({ ...cluster, hasty: options.hasty ?? false }, options.supervise))
      : undefined;
    const databases = embedded ? await makeDatabases(cluster, secrets) : await findDatabases(settings);

    const ofBoth = { settings, secrets, logDir, supervise: options.supervise, report: options.supervise };
    const [prosody] = await bothDone(
      createProsody(settings, secrets, databases.prosody, logDir, options.supervise).then(start),
      migrate(databases.foyer),
    );
    const component = createComponent({ ...ofBoth, env: options.env?.component ?? {} }, databases.foyer, prosody);
    const webchat = createWebchat({ ...ofBoth, env: options.env?.webchat ?? {} });
    await bothDone(start(component), options.gateway === false ? undefined : start(webchat));
    if (options.gateway === false) parts.push(webchat); // A test may start it later.
    return { settings, secrets, databases, postgres, prosody, component, webchat, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Like Promise.all, but a failure waits for the other side: what it started must be known before all is stopped. */
async function bothDone<A, B>(a: Promise<A>, b: Promise<B> | undefined): Promise<[A, B | undefined]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

const LARGE_LOG_BYTES = 10_000_000;

/** A log that grew large makes room for a new one; the one before it is kept. */
async function turnOver(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0, // There is none yet.
  );
  if (size > LARGE_LOG_BYTES) await rename(file, `${file}.1`);
}
