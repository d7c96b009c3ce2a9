/** Commands about the queue and about being on duty. */
import { availability, expectedWaitMs, loadOf, maxChatsOf } from "../domain/dispatcher.ts";
import { nameOf } from "../domain/metadata.ts";
import type { Device } from "../domain/model.ts";
import { LANGUAGES, languageOf, sayIn } from "../texts/index.ts";
import { type Asker, type Reply, refusalText } from "./asker.ts";
import { headline, ownChats, waiting, waitingChoices } from "./choices.ts";
import type { Command } from "./command.ts";
import { answerOffer, offeredTo } from "./offers.ts";
import { span } from "./times.ts";

const MOST_LISTED = 20;

const isOffered = (asker: Asker): boolean => offeredTo(asker) !== null;

const accept: Command = {
  name: "accept",
  args: [],
  may: isOffered,
  run: async (asker) => ({ text: await answerOffer(asker, true) }),
};

const decline: Command = {
  name: "decline",
  args: [],
  may: isOffered,
  run: async (asker) => ({ text: await answerOffer(asker, false) }),
};

const queue: Command = {
  name: "queue",
  args: [],
  async run(asker) {
    const { workgroup, say, deps } = asker;
    const requests = waiting(asker);
    const { title } = workgroup.committed.settings;
    const own = duty(asker);
    if (requests.length === 0) return { text: `${say("queue.empty", { workgroup: title })} ${own}` };
    const now = deps.now();
    const lines = requests
      .slice(0, MOST_LISTED)
      .map((request, index) => `${index + 1} ${headline(request)} (${span(now - request.joinedAt, say)})`);
    const more = requests.length - lines.length;
    if (more > 0) lines.push(say("choose.more", { count: more }));
    const wait = say("queue.wait", { wait: span(expectedWaitMs(workgroup.committed, 1), say) });
    const head = say("queue.waiting", { workgroup: title, count: requests.length });
    return { text: [`${head} ${wait}`, ...lines, own, say("queue.next")].join("\n") };
  },
};

/** How the agent stands with this workgroup: on duty or not, with so many chats of so many. */
export function duty({ workgroup, agent, say, deps }: Asker): string {
  const { committed } = workgroup;
  const devices = committed.agents.get(agent)?.devices ?? [];
  const chats = ownChats({ deps, agent }).length;
  const of = { chats, most: maxChatsOf(committed, agent), workgroup: committed.settings.title };
  if (devices.length === 0) return say("duty.off");
  const takes = devices.some(({ show }) => show === "available" || show === "chat");
  return say(takes ? "duty.on" : "duty.away", of);
}

const take: Command = {
  name: "take",
  may: (asker) => waiting(asker).length > 0,
  args: [
    {
      name: "visitor",
      kind: "choice",
      label: "ask.waiting",
      none: "queue.nobody",
      optional: true,
      choices: waitingChoices,
    },
  ],
  async run(asker, values) {
    const { workgroup, device, say, deps } = asker;
    const queue = waiting(asker);
    const request = values.visitor === undefined ? queue[0] : queue.find(({ id }) => id === values.visitor);
    if (request === undefined) return { text: say(values.visitor === undefined ? "queue.nobody" : "offer.gone") };
    const refusal = await workgroup.ask({ type: "take-requested", at: deps.now(), request: request.id, device });
    if (refusal) return { text: refusalText(refusal, asker) };
    return { text: say("offer.accepted", { name: nameOf(request.metadata) }) };
  },
};

/** The agent's ordinary clients: those which a word can speak for. */
const ordinary = ({ workgroup, agent }: Asker): Device[] =>
  (workgroup.committed.agents.get(agent)?.devices ?? []).filter(({ plain }) => plain);

async function setShow(asker: Asker, show: "available" | "away"): Promise<Reply> {
  const { workgroup, agent, say, deps } = asker;
  const { node, committed } = workgroup;
  const devices = ordinary(asker);
  if (devices.length === 0) return { text: refusalText({ code: "not-signed-in" }, asker) };
  for (const { jid: device } of devices) {
    if (show === "away") deps.duty.pause(node, device);
    else deps.duty.forget(node, device);
    const refusal = await workgroup.ask({ type: "agent-changed", at: deps.now(), device, show, maxChats: null });
    if (refusal) return { text: refusalText(refusal, asker) };
  }
  const others = (workgroup.committed.agents.get(agent)?.devices ?? []).some(
    (one) => !one.plain && (one.show === "available" || one.show === "chat"),
  );
  const title = committed.settings.title;
  if (show === "away") return { text: say(others ? "duty.away-here" : "duty.now-away", { workgroup: title }) };
  const isOpen = availability(workgroup.committed) === "open";
  return { text: isOpen ? duty(asker) : say("duty.closed", { workgroup: title }) };
}

const available: Command = { name: "available", args: [], run: (asker) => setShow(asker, "available") };
const away: Command = { name: "away", args: [], run: (asker) => setShow(asker, "away") };

const max: Command = {
  name: "max",
  args: [
    {
      name: "count",
      kind: "line",
      label: "ask.count",
      mistake({ workgroup, say }, text) {
        const { minChats, maxChats } = workgroup.committed.settings;
        const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
        return count >= minChats && count <= maxChats ? null : say("max.bounds", { least: minChats, most: maxChats });
      },
    },
  ],
  async run(asker, { count = "" }) {
    const { workgroup, agent, say, deps } = asker;
    const maxChats = Number(count);
    deps.contacts.note(workgroup, agent, { maxChats });
    for (const { jid: device, show } of workgroup.committed.agents.get(agent)?.devices ?? []) {
      await workgroup.ask({ type: "agent-changed", at: deps.now(), device, show, maxChats });
    }
    const { chats } = loadOf(workgroup.committed, agent);
    return { text: say("max.now", { count, chats, workgroup: workgroup.committed.settings.title }) };
  },
};

const NAMES = { en: ["English", "Englisch", "en"], de: ["Deutsch", "German", "de"] } as const;

const language: Command = {
  name: "language",
  args: [
    {
      name: "language",
      kind: "choice",
      label: "ask.language",
      choices: () => LANGUAGES.map((value) => ({ value, label: NAMES[value][0], names: NAMES[value] })),
    },
  ],
  async run({ workgroup, agent, deps, say }, { language: chosen = "" }) {
    const lang = languageOf(chosen);
    if (lang === null) return { text: say("failed") };
    deps.contacts.note(workgroup, agent, { lang });
    return { text: sayIn(lang)("language.now") };
  },
};

export const deskCommands: readonly Command[] = [queue, accept, decline, take, available, away, max, language];
