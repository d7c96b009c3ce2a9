/** Canned answers: found by words, and said in a chat in the agent's name. */
import { type CannedAnswer, cannedAnswers, findAnswers } from "../domain/macros.ts";
import { nameOf } from "../domain/metadata.ts";
import type { Asker, Reply } from "./asker.ts";
import { ownChat } from "./choices.ts";
import type { Choice, Command } from "./command.ts";
import { chatArgument, hasChats, isChat } from "./talk.ts";
import { splitAtTo } from "./words.ts";

const MOST_LISTED = 20;
const MOST_SHOWN = 80;

/** The workgroup's answers and then the agent's own, each by a number that stays while none of them changes. */
async function answersOf({ workgroup, agent, deps }: Asker): Promise<CannedAnswer[]> {
  return cannedAnswers(workgroup.committed.settings.macros ?? null, await deps.stores.macros.personal(agent));
}

const choiceOf = ({ number, title, response }: CannedAnswer): Choice => {
  const text = response.replace(/\s+/g, " ");
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text;
  return { value: String(number), label: `${title} – ${cut}`, names: [title] };
};

/** What the words find, by their own numbers. */
async function list(asker: Asker, words: string): Promise<Reply> {
  const { say } = asker;
  const answers = await answersOf(asker);
  if (answers.length === 0) return { text: say("canned.none") };
  const { found, total } = findAnswers(answers, words, { limit: MOST_LISTED });
  if (found.length === 0) return { text: say("canned.not-found", { words: words.slice(0, 40) }) };
  const lines = found.map((one) => `${one.number} ${choiceOf(one).label}`);
  if (total > found.length) lines.push(say("choose.more", { count: total - found.length }));
  return { text: [...lines, say("canned.next", { number: found[0]?.number ?? 1 })].join("\n") };
}

const canned: Command = {
  name: "canned",
  may: hasChats,
  args: [
    { name: "search", kind: "line", label: "ask.search", optional: true },
    {
      name: "answer",
      kind: "choice",
      label: "ask.canned",
      none: "canned.none",
      after: ["search"],
      async choices(asker, { search = "" }) {
        const answers = await answersOf(asker);
        // In words an answer goes by its number among all of them; a form shows what was found.
        return (search === "" ? answers : findAnswers(answers, search, { limit: answers.length }).found).map(choiceOf);
      },
    },
    { ...chatArgument, after: ["search"] },
  ],
  /** `canned`, `canned router`: a list. `canned 3`, `canned 3 to john`, `canned greeting to john`: said. */
  async read(rest, asker) {
    const [answer, chat] = splitAtTo(rest);
    if (isChat(asker, chat) || /^#?\d{1,4}$/.test(answer)) return { said: { answer, chat } };
    return { reply: await list(asker, rest) };
  },
  async run(asker, { answer, chat }) {
    const { say, deps, name } = asker;
    const found = ownChat(asker, chat);
    if (!found) return { text: say("chats.gone") };
    const macro = (await answersOf(asker)).find(({ number }) => String(number) === answer);
    if (macro === undefined) return { text: say("canned.gone") };
    try {
      await deps.speakFor(found.request.id, name, macro.response);
    } catch {
      return { text: say("failed") }; // The link or the room is away for a moment: nothing was said.
    }
    return { text: say("canned.said", { title: macro.title, name: nameOf(found.request.metadata) }) };
  },
};

export const cannedCommands: readonly Command[] = [canned];
