/** Commands about the agent's own chats: who is in them, handing them over, their end. */
import { isJid, parseBareJid } from "../../protocol/jid.ts";
import { availability } from "../domain/dispatcher.ts";
import { nameOf } from "../domain/metadata.ts";
import type { HandoverKind, HandoverTarget } from "../domain/model.ts";
import { type Asker, type Reply, refusalText } from "./asker.ts";
import { blockedChoices, chatChoices, headline, ownChat, ownChats, startOf, targetChoices } from "./choices.ts";
import type { Argument, Command, Read, Values } from "./command.ts";
import { pick } from "./fill.ts";
import { span } from "./times.ts";
import { splitAtTo } from "./words.ts";

export const hasChats = (asker: Asker): boolean => ownChats(asker).length > 0;

/** Which of the agent's chats; with one only it goes without saying. */
export const chatArgument: Argument = {
  name: "chat",
  kind: "choice",
  label: "ask.chat",
  none: "chats.none",
  sole: true,
  choices: chatChoices,
};

/** Whether a text means one of the agent's chats. */
export const isChat = (asker: Asker, text: string): boolean => pick(chatChoices(asker), text).length > 0;

const gone = ({ say }: Asker): Reply => ({ text: say("chats.gone") });

const chats: Command = {
  name: "chats",
  args: [],
  async run(asker) {
    const { say, deps } = asker;
    const own = ownChats(asker);
    if (own.length === 0) return { text: say("chats.none") };
    const now = deps.now();
    const lines = own.map(({ request }, index) => {
      const since = span(now - startOf(request), say);
      return `${index + 1} ${headline(request)} (${since}) xmpp:${request.id}@${deps.rooms}?join`;
    });
    return { text: [say("chats.list", { count: own.length }), ...lines, say("chats.next")].join("\n") };
  },
};

const MOST_OF_A_NOTE = 4_000;

const note: Command = {
  name: "note",
  may: hasChats,
  args: [
    chatArgument,
    {
      name: "text",
      kind: "text",
      label: "ask.note",
      mistake: ({ say }, text) => (text.length > MOST_OF_A_NOTE ? say("too-long", { limit: MOST_OF_A_NOTE }) : null),
    },
  ],
  /** `note …`, or `note to john: …` */
  read(rest, asker): Read {
    const to = /^(?:to|an|zu|@)\s*([^:\n]{1,80}):\s*(.*)$/is.exec(rest);
    const named = to?.[1] ?? "";
    if (to && isChat(asker, named)) return { said: { chat: named, text: to[2] ?? "" } };
    return { said: { text: rest } };
  },
  async run(asker, { chat = "", text = "" }) {
    const found = ownChat(asker, chat);
    if (!found) return gone(asker);
    const at = asker.deps.now();
    const added = await asker.deps.stores.notes.add(chat, { author: asker.agent, text, at });
    return { text: asker.say(added ? "note.kept" : "note.full", { name: nameOf(found.request.metadata) }) };
  },
};

const targetArgument: Argument = {
  name: "to",
  kind: "choice",
  label: "ask.target",
  none: "target.none",
  choices: targetChoices,
  byName: true,
  mistake: ({ say }, text) => (text.includes("@") && !isPersonsJid(text) ? say("target.malformed", { text }) : null),
  takes: isPersonsJid,
};

/** Whether a text is somebody's address, as `ben@example.org`. */
function isPersonsJid(text: string): boolean {
  if (!isJid(text) || !text.includes("@")) return false;
  try {
    return parseBareJid(text) !== "";
  } catch {
    return false; // It has a resource, or no local part: no person.
  }
}

const reasonArgument: Argument = { name: "reason", kind: "line", label: "ask.reason", optional: true };

const handover = (kind: HandoverKind): Command => ({
  name: kind,
  may: hasChats,
  args: [targetArgument, chatArgument, reasonArgument],
  /** `transfer anna`, `transfer john to anna`, `invite anna to john`, each with `: a word to the colleague`. */
  read(rest, asker): Read {
    const [head = "", ...words] = rest.split(/:\s+/);
    const reason = words.join(": ");
    const [first, second] = splitAtTo(head);
    if (second === "") return { said: { to: first, reason } };
    const natural: Values =
      kind === "transfer" ? { chat: first, to: second, reason } : { chat: second, to: first, reason };
    // Said the other way round.
    const swapped = !isChat(asker, natural.chat ?? "") && isChat(asker, natural.to ?? "");
    return { said: swapped ? { chat: natural.to ?? "", to: natural.chat ?? "", reason } : natural };
  },
  run: (asker, values) => handOver(asker, kind, values),
});

async function handOver(asker: Asker, kind: HandoverKind, { chat, to = "", reason = "" }: Values): Promise<Reply> {
  const { device: by, say, deps } = asker;
  const found = ownChat(asker, chat);
  if (!found) return gone(asker);
  const { workgroup, request } = found;
  const target: HandoverTarget = to.startsWith("@")
    ? { type: "workgroup", node: to.slice(1) }
    : { type: "user", jid: parseBareJid(to) };
  const other = target.type === "workgroup" ? deps.workgroups.at(`${target.node}@${deps.domain}`) : undefined;
  const standing = other && !other.committed.removed ? availability(other.committed) : null;
  const at = deps.now();
  const event = { at, id: deps.newId(), request: request.id, by, kind, to: target, reason: reason.slice(0, 1_000) };
  const refusal = await workgroup.ask({ type: "handover-requested", ...event, standing });
  if (refusal) return { text: refusalText(refusal, asker) };
  const who =
    target.type === "workgroup" ? (other?.committed.settings.title ?? target.node) : nameFor(asker, target.jid);
  return {
    text: say(kind === "transfer" ? "transfer.asked" : "invite.asked", { who, name: nameOf(request.metadata) }),
  };
}

const nameFor = ({ workgroup }: Asker, jid: string): string =>
  workgroup.committed.settings.agents.find((one) => one.jid === jid)?.name ?? jid;

const end: Command = {
  name: "end",
  may: hasChats,
  args: [chatArgument],
  confirm: (asker, { chat }) => asker.say("end.sure", { name: nameOf(ownChat(asker, chat)?.request.metadata ?? {}) }),
  async run(asker, { chat }) {
    const found = ownChat(asker, chat);
    if (!found) return gone(asker);
    const { workgroup, request } = found;
    const by = asker.device;
    const refusal = await workgroup.ask({ type: "end-requested", at: asker.deps.now(), request: request.id, by });
    if (refusal) return { text: refusalText(refusal, asker) };
    return { text: asker.say("end.done", { name: nameOf(request.metadata) }) };
  },
};

const HOURS = 24;
const MOST_HOURS = 24 * 365;
const HOUR_MS = 3_600_000;

const block: Command = {
  name: "block",
  may: hasChats,
  args: [
    chatArgument,
    {
      name: "hours",
      kind: "line",
      label: "ask.hours",
      optional: true,
      mistake: ({ say }, text) =>
        /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_HOURS
          ? null
          : say("block.hours", { most: MOST_HOURS }),
    },
    reasonArgument,
  ],
  /** `block`, `block john`, `block john 48` (hours), each with `: why`. */
  read(rest): Read {
    const [head = "", ...words] = rest.split(/:\s+/);
    const reason = words.join(": ");
    const [, chat = "", hours = ""] =
      /^(\S.*?)\s+(?:for\s+|für\s+)?(\d{1,4})\s*(?:h|hours?|stunden?|std)?\.?$/i.exec(head) ?? [];
    return { said: hours === "" ? { chat: head, reason } : { chat, hours, reason } };
  },
  confirm: (asker, { chat, hours = String(HOURS) }) =>
    asker.say("block.sure", { name: nameOf(ownChat(asker, chat)?.request.metadata ?? {}), hours }),
  async run(asker, { chat, hours = String(HOURS), reason = "" }) {
    const found = ownChat(asker, chat);
    if (!found) return gone(asker);
    const { workgroup, request } = found;
    const at = asker.deps.now();
    const of = { at, request: request.id, by: asker.device, until: at + Number(hours) * HOUR_MS };
    const refusal = await workgroup.ask({ type: "block-requested", ...of, reason: reason.slice(0, 1_000) });
    if (refusal) return { text: refusalText(refusal, asker) };
    return { text: asker.say("block.done", { name: nameOf(request.metadata), hours }) };
  },
};

const unblock: Command = {
  name: "unblock",
  may: (asker) => blockedChoices(asker).length > 0,
  args: [{ name: "visitor", kind: "choice", label: "ask.blocked", none: "block.none", choices: blockedChoices }],
  async run(asker, { visitor = "" }) {
    const { workgroup, agent, deps, say } = asker;
    const name = workgroup.committed.blocked.get(visitor)?.name || visitor;
    const refusal = await workgroup.ask({ type: "unblock-requested", at: deps.now(), visitor, by: agent });
    return { text: refusal ? refusalText(refusal, asker) : say("block.undone", { name }) };
  },
};

export const talkCommands: readonly Command[] = [
  chats,
  note,
  handover("transfer"),
  handover("invite"),
  end,
  block,
  unblock,
];
