/** Values as the domain makes them, for tests of the store. */
import type { Offer, Request, WorkgroupSettings } from "../../../component/domain/model.ts";
import type { Queryable } from "../../../component/store/db.ts";
import type { TranscriptRow } from "../../../component/store/transcripts.ts";
import { saveConfiguration } from "../../../component/store/workgroups.ts";

/** An instant with milliseconds, so that a loss of precision shows. */
export const AT = Date.UTC(2026, 0, 5, 10, 0, 0, 123);

export function settings(node: string, changes: Partial<WorkgroupSettings> = {}): WorkgroupSettings {
  return {
    node,
    title: node,
    description: "",
    open: true,
    agents: [{ jid: "anna@localhost", name: "Anna" }],
    form: {
      title: "Talk to us",
      instructions: "",
      fields: [{ name: "question", label: "Question", type: "text-single", required: true, options: [], value: "" }],
    },
    routing: "fewest-chats",
    offerTimeoutS: 20,
    requestTimeoutS: 240,
    rejectionMemoryS: 20,
    agentJoinTimeoutS: 30,
    agentGraceS: 30,
    visitorGraceS: 60,
    minChats: 1,
    maxChats: 4,
    texts: { en: { greeting: "Hello" } },
    ...changes,
  };
}

export function request(id: string, changes: Partial<Request> = {}): Request {
  return {
    id,
    visitor: `${id}@webchat.localhost/web`,
    userId: `${id}@webchat.localhost`,
    metadata: { username: ["Dana"], question: ["Why?"] },
    joinedAt: AT,
    rank: AT,
    deadlineAt: AT + 240_000,
    rejections: {},
    room: "none",
    served: [],
    phase: { name: "queued" },
    ...changes,
  };
}

export function offer(id: string, changes: Partial<Offer> = {}): Offer {
  return {
    id,
    agent: "anna@localhost",
    devices: ["anna@localhost/a", "anna@localhost/b"],
    acknowledged: [],
    failed: [],
    sentAt: AT,
    expiresAt: AT + 20_000,
    ...changes,
  };
}

export function line(session: string, stanzaId: string, changes: Partial<TranscriptRow> = {}): TranscriptRow {
  return {
    session,
    stanzaId,
    kind: "line",
    speakerKind: "visitor",
    nick: "Dana",
    jid: `${session}@webchat.localhost`,
    occupant: `occupant-${session}`,
    key: `key-${stanzaId}`,
    body: `line ${stanzaId}`,
    at: AT,
    ...changes,
  };
}

/** The workgroups that the other tables point at. */
export async function configure(tx: Queryable, ...nodes: string[]): Promise<void> {
  await saveConfiguration(
    tx,
    nodes.map((node) => settings(node)),
    AT,
  );
}
