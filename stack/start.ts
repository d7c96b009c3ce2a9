/** `npm start`: everything on one machine, until Ctrl-C. */
import { buildBundles } from "./build.ts";
import { runMain } from "./cannot-start.ts";
import { lockData } from "./lock.ts";
import { requirePackages } from "./packages.ts";
import { requireFreePorts } from "./ports.ts";
import { loadEnvironment, readSettings } from "./settings.ts";
import { AGENTS, type Stack, startStack } from "./stack.ts";

await runMain(async () => {
  const began = performance.now();
  const settings = readSettings(loadEnvironment());
  const stopAsked = whenStopAsked();
  const unlock = await lockData(settings.dataDir);
  try {
    await requireFreePorts(settings);
    await requirePackages(["prosody"], say);
    await buildBundles(say);
    const starting = startStack(settings, { supervise: say });
    const stack = await starting;
    // Asked to stop while starting: what has started is stopped like everything else.
    if (!stopAsked.happened) console.log(welcome(stack, (performance.now() - began) / 1000));
    await stopAsked.promise;
    say("Stopping …");
    await stack.stop();
    say("Stopped.");
  } finally {
    await unlock();
  }
  return undefined;
});

function say(line: string): void {
  console.log(line);
}

/** The first SIGINT, SIGTERM or SIGHUP. A second one changes nothing: the end is on its way, and is bounded. */
function whenStopAsked(): { promise: Promise<void>; readonly happened: boolean } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { promise, happened: false };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      state.happened = true;
      resolve();
    });
  return state;
}

function welcome({ settings, secrets }: Stack, seconds: number): string {
  const { ports, domain } = settings;
  const web = `http://localhost:${ports.http}`;
  const agents = AGENTS.map((name) => `  ${`${name}@${domain}`.padEnd(24)} password ${secrets.passwords[name]}`);
  return [
    "",
    `Foyer is open (${seconds.toFixed(1)} s).`,
    "",
    `  Visitor's chat           ${web}/chat/support`,
    `  Sample shop with widget  ${web}/demo/`,
    `  Agents' workspace        ${web}/agent/`,
    "",
    "Agents",
    ...agents,
    "",
    `  XMPP clients             localhost:${ports.c2s}, without TLS, on this machine`,
    `  Workgroups               ${settings.dataDir}/prosody/workgroups.cfg.lua, then: npm run reload`,
    `  Logs                     ${settings.dataDir}/logs/`,
    "",
    "Ctrl-C stops everything.",
    "",
  ].join("\n");
}
