/** Notes, canned answers and histories in memory, as a database would hold them. */
import type { MacroGroup } from "../../../component/domain/macros.ts";
import type {
  AgentChat,
  Hit,
  MailClaim,
  Note,
  SearchStore,
  SessionRecord,
  Stores,
} from "../../../component/features/deps.ts";

export type DataRecords = {
  notes: Map<string, Note[]>;
  macros: Map<string, MacroGroup>;
  chats: { agent: string; chat: AgentChat }[];
  kept: Map<string, SessionRecord>;
  /** What every search finds, if it is of a workgroup that is searched. */
  hits: Hit[];
  searches: Parameters<SearchStore["find"]>[0][];
  mailed: (MailClaim & { id: string })[];
};

export const dataRecords = (): DataRecords => ({
  notes: new Map(),
  macros: new Map(),
  chats: [],
  kept: new Map(),
  hits: [],
  searches: [],
  mailed: [],
});

/** What is under these keys of `Stores`, on lists that a test fills. */
export function dataStores(records: DataRecords): Pick<Stores, "notes" | "macros" | "history" | "search" | "mails"> {
  const notesOf = (session: string): Note[] => records.notes.get(session) ?? [];
  return {
    notes: {
      of: async (session) => notesOf(session),
      async add(session, note) {
        const notes = notesOf(session);
        records.notes.set(session, [...notes, { ...note, id: `n${notes.length + 1}` }]);
        return true;
      },
      replace: async (session, note) =>
        void records.notes.set(session, note.text === "" ? [] : [{ ...note, id: "n1" }]),
    },
    macros: {
      personal: async (agent) => records.macros.get(agent) ?? null,
      savePersonal: async (agent, macros) => void records.macros.set(agent, macros),
    },
    search: {
      async find(search) {
        records.searches.push(search);
        return records.hits.filter(({ workgroup }) => search.workgroups.includes(workgroup)).slice(0, search.limit);
      },
    },
    mails: {
      async claim(mail, { mostOfSession, mostOfSender, since }) {
        const own = records.mailed.filter(({ sender }) => sender === mail.sender);
        if (own.filter(({ session }) => session === mail.session).length >= mostOfSession) return null;
        if (own.filter(({ at }) => at > since).length >= mostOfSender) return null;
        const id = `mail${records.mailed.length + 1}`;
        records.mailed.push({ ...mail, id });
        return id;
      },
      async release(id) {
        records.mailed = records.mailed.filter((one) => one.id !== id);
      },
    },
    history: {
      ofAgent: async (agent, { workgroups, since, before = Number.POSITIVE_INFINITY, limit }) =>
        records.chats
          .filter((one) => one.agent === agent && workgroups.includes(one.chat.workgroup))
          .map(({ chat }) => chat)
          .filter(({ endedAt }) => endedAt >= since && endedAt < before)
          .sort((a, b) => b.endedAt - a.endedAt)
          .slice(0, limit),
      record: async (session) => records.kept.get(session) ?? null,
    },
  };
}
