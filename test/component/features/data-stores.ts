/** Notes, canned answers and histories in memory, as a database would hold them. */
import type { MacroGroup } from "../../../component/domain/macros.ts";
import type { AgentChat, Note, SessionRecord, Stores } from "../../../component/features/deps.ts";

export type DataRecords = {
  notes: Map<string, Note[]>;
  macros: Map<string, MacroGroup>;
  chats: { agent: string; chat: AgentChat }[];
  kept: Map<string, SessionRecord>;
};

export const dataRecords = (): DataRecords => ({
  notes: new Map(),
  macros: new Map(),
  chats: [],
  kept: new Map(),
});

/** What is under these keys of `Stores`, on lists that a test fills. */
export function dataStores(records: DataRecords): Pick<Stores, "notes" | "macros" | "history"> {
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
