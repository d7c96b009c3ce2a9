/** Commands that look back: a visitor's earlier chats, the agent's own, and what was said. */
import { plainText } from "../../protocol/workgroup/transcript.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Entry } from "../features/deps.ts";
import type { Asker, Reply } from "./asker.ts";
import { chatChoices, listed, ownChat } from "./choices.ts";
import type { Choice, Command } from "./command.ts";
import { hasChats } from "./talk.ts";
import { clock, instant, span } from "./times.ts";

const MOST_CHATS = 10;
/** Stands for the agent's own last chats where a chat could be. */
const MINE = "mine";
const MOST_LINES = 200;
/** A message as long as this is still read by a person, and small enough for every client. */
const MOST_CHARACTERS = 6_000;

/** A visitor's earlier chats in the workgroup of this one, newest first. */
async function earlierChats(asker: Asker, chat: string): Promise<Choice[]> {
  const found = ownChat(asker, chat);
  if (!found) return [];
  const { workgroup, request } = found;
  const all = await asker.deps.stores.transcripts(workgroup.node, request.userId);
  const ended = all.filter(({ session }) => session !== request.id).sort((a, b) => b.joinedAt - a.joinedAt);
  return ended.slice(0, MOST_CHATS).map(({ session, joinedAt, leftAt, agents }) => {
    const with_ = agents.map(({ jid }) => agentNameIn(asker, jid)).join(", ");
    const took = span(leftAt - joinedAt, asker.say);
    return { value: session, label: [instant(joinedAt), took, with_].filter(Boolean).join(" – "), names: [session] };
  });
}

/** The agent's own last chats in this workgroup. */
async function lastChats({ workgroup, agent, deps, say }: Asker): Promise<Choice[]> {
  const chats = await deps.stores.history.ofAgent(agent, { workgroups: [workgroup.node], since: 0, limit: MOST_CHATS });
  return chats.map(({ session, metadata, startedAt, endedAt }) => {
    const name = nameOf(metadata);
    const about = [name, questionOf(metadata).replace(/\s+/g, " ").slice(0, 60)].filter(Boolean).join(": ");
    return {
      value: session,
      label: `${instant(startedAt)} – ${span(endedAt - startedAt, say)} – ${about}`,
      names: [name, session],
    };
  });
}

const agentNameIn = ({ workgroup }: Asker, jid: string): string =>
  workgroup.committed.settings.agents.find((one) => one.jid === jid)?.name ?? jid;

const history: Command = {
  name: "history",
  args: [
    {
      name: "chat",
      kind: "choice",
      label: "ask.history",
      sole: true,
      choices: (asker, _given, text) => [
        ...chatChoices(asker),
        ...(text === null && hasChats(asker)
          ? []
          : [{ value: MINE, label: asker.say("history.mine"), names: ["mine", "meine"] }]),
      ],
    },
  ],
  async run(asker, { chat = MINE }) {
    const { say, deps } = asker;
    const isMine = chat === MINE;
    const shown = isMine ? await lastChats(asker) : await earlierChats(asker, chat);
    const name = nameOf(ownChat(asker, chat)?.request.metadata ?? {});
    if (shown.length === 0) return { text: isMine ? say("history.none") : say("history.first", { name }) };
    deps.memory.show(keyOf(asker), shown, deps.now());
    const head = isMine ? say("history.own") : say("history.of", { name });
    return { text: [head, listed(shown), say("history.next")].join("\n") };
  },
};

/** What a question or a list belongs to: this agent in this workgroup. */
export const keyOf = ({ workgroup, agent }: Asker): string => `${workgroup.node} ${agent}`;

const transcript: Command = {
  name: "transcript",
  args: [
    {
      name: "session",
      kind: "choice",
      label: "ask.chat",
      none: "history.none",
      sole: true,
      async choices(asker, _given, text) {
        const { deps } = asker;
        const [shown, chats] = [deps.memory.shown(keyOf(asker), deps.now()), chatChoices(asker)];
        // Numbers are those of the list that was shown last; a form offers everything.
        if (text && /^\d+$/.test(text) && shown.length > 0) return shown;
        if (text === null && chats.length > 0) return chats;
        return [...chats, ...shown, ...(await lastChats(asker))].filter(isFirst);
      },
    },
  ],
  async run(asker, { session = "" }): Promise<Reply> {
    const { deps, say } = asker;
    const record = await deps.stores.history.record(session);
    if (record === null || !deps.workgroups.ofAgent(asker.agent).some(({ node }) => node === record.workgroup)) {
      return { text: say("chats.gone") };
    }
    const { lines, cut } = await lastLines(asker, session);
    if (lines.length === 0) return { text: say("transcript.empty") };
    const head = say("transcript.of", { name: nameOf(record.metadata), at: instant(record.joinedAt) });
    return { text: [head, ...(cut ? ["…"] : []), ...lines].join("\n") };
  },
};

const isFirst = (choice: Choice, index: number, all: readonly Choice[]): boolean =>
  all.findIndex(({ value }) => value === choice.value) === index;

/** The end of a talk, as much as fits. */
async function lastLines({ deps }: Asker, session: string): Promise<{ lines: string[]; cut: boolean }> {
  const entries: Entry[] = [];
  let cut = false;
  for (let after: string | null = null; ; ) {
    const page = await deps.stores.entries(session, { after, limit: MOST_LINES, linesOnly: true });
    entries.push(...page);
    cut ||= entries.length > MOST_LINES;
    entries.splice(0, entries.length - MOST_LINES);
    after = page.at(-1)?.stanzaId ?? null;
    if (page.length < MOST_LINES || after === null) break;
  }
  const lines: string[] = [];
  let left = MOST_CHARACTERS;
  for (const { at, nick, body, fate } of entries.toReversed()) {
    const line = `${clock(at)} ${nick}: ${plainText(body, fate)}`;
    left -= line.length;
    if (left < 0 && lines.length > 0) return { lines, cut: true };
    lines.unshift(line.slice(0, MOST_CHARACTERS));
  }
  return { lines, cut };
}

export const lookingBackCommands: readonly Command[] = [history, transcript];
