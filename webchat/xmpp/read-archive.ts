/** Reading a room's archive to its end, through the small troubles of an archive. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { LineView } from "../../protocol/visitor-api.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";

export type ArchiveReading = {
  /** Begins to read after the last line had so far. */
  source(): AsyncIterable<LineView[]>;
  /** Whether the reading still serves somebody. */
  wanted(): boolean;
  take(lines: LineView[]): void | Promise<void>;
  /** The archive does not know the line to begin after. */
  unknownStart?(): void;
  /** It failed; `failures` in a row by now. */
  failed(error: unknown, failures: number): void;
};

const RETRY_MS = 2_000;

/** True when the archive was read to its end; false when the reading was no longer wanted, or the link went down. */
export async function readArchive({ source, wanted, take, unknownStart, failed }: ArchiveReading): Promise<boolean> {
  for (let failures = 0; wanted(); ) {
    try {
      for await (const lines of source()) {
        if (!wanted()) return false;
        await take(lines);
      }
      return wanted();
    } catch (error) {
      if (error instanceof LinkDown || !wanted()) return false;
      if (failures === 0 && unknownStart && error instanceof StanzaError && error.condition === "item-not-found") {
        failures += 1;
        unknownStart();
        continue;
      }
      failures += 1;
      failed(error, failures);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return false;
}
