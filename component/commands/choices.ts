/** What agents may choose from: their chats, those who wait, colleagues and other workgroups, who is kept out. */
import { bareJid, splitJid } from "../../protocol/jid.ts";
import { availability, chatsOf, queueOrder } from "../domain/dispatcher.ts";
import { nameOf, questionOf } from "../domain/metadata.ts";
import type { Block, Request } from "../domain/model.ts";
import type { Workgroup } from "../features/deps.ts";
import type { Asker } from "./asker.ts";
import type { Choice } from "./command.ts";

export type Chat = { workgroup: Workgroup; request: Request };

/** An agent's open chats in all workgroups, oldest first: one person has them, whichever contact is asked. */
export function ownChats({ deps, agent }: Pick<Asker, "deps" | "agent">): Chat[] {
  const chats = deps.workgroups.all.flatMap((workgroup) =>
    [...workgroup.committed.requests.values()].flatMap((request) =>
      takesPart(request, agent) ? [{ workgroup, request }] : [],
    ),
  );
  return chats.sort((a, b) => startOf(a.request) - startOf(b.request));
}

function takesPart({ phase, handover }: Request, agent: string): boolean {
  if (handover || (phase.name !== "in-session" && phase.name !== "inviting")) return false;
  return phase.agent === agent || phase.occupants.some(({ jid }) => bareJid(jid) === agent);
}

export const startOf = ({ phase, joinedAt }: Request): number =>
  phase.name === "in-session" ? phase.startedAt : joinedAt;

export const chatChoices = (asker: Asker): Choice[] => ownChats(asker).map(({ request }) => choiceOf(request));

/** The chat with this id, if the agent has it still. */
export const ownChat = (asker: Asker, id: string | undefined): Chat | undefined =>
  ownChats(asker).find(({ request }) => request.id === id);

/** Those who wait in this workgroup, the next one first. */
export const waiting = ({ workgroup }: Pick<Asker, "workgroup">): Request[] =>
  queueOrder(workgroup.committed).filter(({ handover }) => handover === undefined);

export const waitingChoices = (asker: Asker): Choice[] => waiting(asker).map(choiceOf);

function choiceOf(request: Request): Choice {
  const name = nameOf(request.metadata);
  return { value: request.id, label: headline(request), names: [name, request.id] };
}

/** Who it is and what was asked, on one line. */
export function headline({ metadata }: Request): string {
  const question = questionOf(metadata).replace(/\s+/g, " ");
  const cut = question.length > 80 ? `${question.slice(0, 79)}…` : question;
  return cut === "" ? nameOf(metadata) : `${nameOf(metadata)} – ${cut}`;
}

/** Whom a chat can be handed to: colleagues of this workgroup by bare address, then workgroups, itself among them, by `@node`. */
export function targetChoices(asker: Asker): Choice[] {
  const { workgroup, agent, say, deps } = asker;
  const { settings, agents } = workgroup.committed;
  const colleagues = settings.agents.flatMap(({ jid, name }): Choice[] => {
    if (jid === agent) return [];
    const isThere = agents.has(jid);
    const chats = chatsOf(workgroup.committed, jid);
    const label = say(isThere ? "target.agent" : "target.agent-away", { name, chats });
    return [{ value: jid, label, names: [name, jid, splitJid(jid).local] }];
  });
  const workgroups = deps.workgroups.all.flatMap(({ node, committed }): Choice[] => {
    if (committed.removed) return [];
    const isOpen = availability(committed) === "open";
    const { title } = committed.settings;
    const label = say(isOpen ? "target.workgroup" : "target.workgroup-away", { title });
    return [{ value: `@${node}`, label, names: [title, node, `${node}@${deps.domain}`] }];
  });
  return [...colleagues, ...workgroups];
}

/** Who is kept out just now. */
export function blockedChoices({ workgroup, deps }: Asker): Choice[] {
  const now = deps.now();
  const blocked = [...workgroup.committed.blocked.values()].filter(({ until }) => until > now);
  return blocked.map((block) => ({
    value: block.visitor,
    label: blockLabel(block),
    names: [block.name, block.visitor],
  }));
}

const blockLabel = ({ name, visitor }: Block): string => (name === "" ? visitor : `${name} (${visitor})`);

/** A numbered list, one choice a line. */
export const listed = (choices: readonly Choice[]): string =>
  choices.map(({ label }, index) => `${index + 1} ${label}`).join("\n");
