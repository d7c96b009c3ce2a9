/** Node's inspector on a process of ours: collects its garbage, so that memory can be compared, and profiles it. */
import { writeFile } from "node:fs/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { until } from "./stats.ts";

export type Inspector = {
  collectGarbage(): Promise<void>;
  /** Used heap in bytes. */
  heapBytes(): Promise<number>;
  /** Profiles until the returned function is called, which writes a .cpuprofile. */
  profile(): Promise<(file: string) => Promise<void>>;
  /** Writes a .heapsnapshot. */
  heapSnapshot(file: string): Promise<void>;
  close(): void;
};

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }));
const answer = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  params: z.unknown().optional(),
});
const heap = z.object({ usedSize: z.number() });
const profiled = z.object({ profile: z.unknown() });
const chunk = z.object({ chunk: z.string() });

/** The process must have been started with `--inspect-port=127.0.0.1:<port>`; a signal makes it listen. */
export async function inspect(pid: number, port: number): Promise<Inspector> {
  process.kill(pid, "SIGUSR1");
  let url: string | undefined;
  await until("the inspector", async () => {
    const found = await fetch(`http://127.0.0.1:${port}/json/list`).then(
      (it) => it.json(),
      () => undefined,
    );
    url = targets.safeParse(found).data?.[0]?.webSocketDebuggerUrl;
    return url !== undefined;
  });
  const socket = new WebSocket(url ?? "", { perMessageDeflate: false, maxPayload: 0 });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const asked = new Map<number, (result: unknown) => void>();
  const chunks: string[] = [];
  let last = 0;
  socket.on("message", (data) => {
    const { id, method, result, params } = answer.parse(JSON.parse(String(data)));
    if (method === "HeapProfiler.addHeapSnapshotChunk") chunks.push(chunk.parse(params).chunk);
    if (id === undefined) return;
    asked.get(id)?.(result);
    asked.delete(id);
  });
  const ask = (method: string, params: Record<string, unknown> = {}): Promise<unknown> => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => asked.set(id, resolve));
  };
  return {
    async collectGarbage() {
      await ask("HeapProfiler.collectGarbage");
    },
    async heapBytes() {
      return heap.parse(await ask("Runtime.getHeapUsage")).usedSize;
    },
    async profile() {
      await ask("Profiler.enable");
      await ask("Profiler.start");
      return async (file) => writeFile(file, JSON.stringify(profiled.parse(await ask("Profiler.stop")).profile));
    },
    async heapSnapshot(file) {
      chunks.length = 0;
      await ask("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
      await writeFile(file, chunks.join(""));
    },
    close: () => socket.close(),
  };
}
