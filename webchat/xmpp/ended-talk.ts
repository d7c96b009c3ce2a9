/** The lines of a talk that has ended, from the workgroup's transcript to a page: its room is gone. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { HistoryLine } from "../../protocol/workgroup/visit.ts";
import type { Log } from "../../runtime/log.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";
import { type ViewFile, viewHistory } from "../domain/line.ts";
import type { Page } from "../domain/page.ts";
import { unavailable } from "../domain/refusal.ts";
import type { QueueUser } from "./queue-user.ts";

/** How often it is asked in vain, one after the other, and after how long each time. */
const MOST_IDLE = 60;
const IDLE_MS = 1_000;

type Asking = {
  user: QueueUser;
  log: Log;
  viewFile: ViewFile;
  /** Whether the talk is still the visitor's: what is shown of it later would take another's lines from the page. */
  isWanted(): boolean;
};

/**
 * Shows what the page lacks of the talk `session`, all after the line `start`. It asks again while the last lines are on
 * their way into the transcript, and while nobody can answer: whoever was cut off when the talk ended has nothing else to
 * learn from what was said meanwhile.
 */
export async function showEndedTalk(asking: Asking, page: Page, session: string, start: string | undefined) {
  const { user, log, viewFile, isWanted } = asking;
  let after = start;
  for (let idle = 0; page.open; ) {
    let part: { lines: HistoryLine[]; complete: boolean } | null = null;
    try {
      part = await user.history(session, after);
    } catch (error) {
      const isAway = error instanceof LinkDown || (error instanceof StanzaError && error.type === "wait");
      if (!isAway || idle === MOST_IDLE) {
        log.warn("a transcript could not be read", { session, error });
        page.send(unavailable());
        return;
      }
    }
    if (!isWanted()) return;
    const last = part?.lines.at(-1)?.id;
    idle = last === undefined ? idle + 1 : 0;
    if (part) {
      const complete = part.complete || idle > MOST_IDLE;
      const lines = part.lines.map((line) => viewHistory(line, viewFile));
      page.send({ kind: "lines", session, lines, catchUp: true, complete, reset: after === undefined });
      if (complete) return;
      after = last ?? after;
      await page.drained();
    }
    if (last === undefined) await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  }
}
