/** The stores as features ask them: the few questions of `Deps`, on one database. */
import type { Stores } from "./features/deps.ts";
import type { Database } from "./store/db.ts";
import { markHandled, openMessages, storeMessage } from "./store/messages.ts";
import { findLastVisit, findRequest } from "./store/requests.ts";
import { transcriptsOf } from "./store/sessions.ts";
import { entriesOf } from "./store/transcripts.ts";

const MESSAGES_SHOWN = 100;

export function createStores(db: Database): Stores {
  return {
    lastVisit: (workgroup, visitor) => findLastVisit(db, workgroup, visitor),
    transcripts: (workgroup, userId) => transcriptsOf(db, { workgroup, userId }),
    session: (id) => findRequest(db, id),
    entries: (session, { after, limit, linesOnly }) =>
      entriesOf(db, session, { after, limit, kinds: linesOnly ? ["line", "service"] : undefined }),
    async leaveMessage({ at, ...message }) {
      const id = await storeMessage(db, { ...message, leftAt: at });
      return id === null ? null : { ...message, id, leftAt: at, handledBy: "" };
    },
    async openMessages(workgroup) {
      const open = await openMessages(db, workgroup, MESSAGES_SHOWN);
      return open.map((message) => ({ ...message, handledBy: "" }));
    },
    markHandled: (workgroup, id, agent, at) => markHandled(db, workgroup, id, agent, at),
  };
}
