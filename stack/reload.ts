/** `npm run reload`: has the running Prosody read its configuration again, and shows what came of it. */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CannotStart, runMain } from "./cannot-start.ts";
import { lockHolder } from "./lock.ts";
import { isAccepted, isLastWord, verdictText } from "./prosody.ts";
import { loadEnvironment, readSettings } from "./settings.ts";

const PATIENCE_MS = 20_000;

await runMain(async () => {
  const { dataDir } = readSettings(loadEnvironment());
  if ((await lockHolder(dataDir)) === undefined)
    throw new CannotStart(`Foyer is not running with the data in ${dataDir}.`);
  const pid = Number(await readFile(join(dataDir, "prosody", "prosody.pid"), "utf8"));

  const log = await open(join(dataDir, "logs", "prosody.log"));
  try {
    let position = (await log.stat()).size;
    process.kill(pid, "SIGHUP");
    const said: string[] = [];
    let rest = "";
    const deadline = performance.now() + PATIENCE_MS;
    while (!said.some(isLastWord)) {
      if (performance.now() > deadline)
        throw new CannotStart("Prosody did not say what came of it; see data/logs/prosody.log.");
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { size } = await log.stat();
      const { buffer, bytesRead } = await log.read(Buffer.alloc(size - position), 0, size - position, position);
      position += bytesRead;
      const lines = (rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) said.push(...(verdictText(line) ?? "").split("\n").filter((text) => text !== ""));
    }
    for (const text of said) console.log(text);
    return isAccepted(said) ? 0 : 1;
  } finally {
    await log.close();
  }
});
