/** States and actions for tests of the workspace: one signed-in agent, one chat, and what happens to it. */
import type { Action, ChatFacts, SeenEntry, SeenLine, SeenOccupant } from "../../../agent-ui/state/actions.ts";
import { type Chat, initialState, type Offer, type State } from "../../../agent-ui/state/model.ts";
import { reduce } from "../../../agent-ui/state/reduce.ts";

export const SUPPORT = "support@workgroup.localhost";
export const ROOM = "s1@conference.localhost";

/** The state after all these. */
export const run = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);

/** Anna, signed in to Support, where Ben is her colleague. */
export const signedIn = (): State =>
  run(
    initialState(0),
    { type: "sign-in-started" },
    { type: "signed-in", jid: "anna@localhost", name: "Anna", workgroups: [SUPPORT] },
    { type: "workgroup-told", jid: SUPPORT, facts: { title: "Support", colleagues: ["Ben"] } },
  );

export const facts = (more: Partial<ChatFacts> = {}): ChatFacts => ({
  room: ROOM,
  session: "s1",
  workgroup: SUPPORT,
  visitor: "v1@webchat.localhost/web",
  userId: "v1@webchat.localhost",
  metadata: { username: ["John"], question: ["My router is offline"] },
  startedAt: 1000,
  ...more,
});

export const opened = (more: Partial<ChatFacts> = {}, activate = false): Action => ({
  type: "chat-opened",
  facts: facts(more),
  draft: "",
  unsent: [],
  activate,
});

export const SERVICE: SeenOccupant = { nick: "Support", occupantId: "o-service", owner: true, self: false };
export const ANNA: SeenOccupant = { nick: "Anna", occupantId: "o-anna", owner: false, self: true };
export const JOHN: SeenOccupant = { nick: "John", occupantId: "o-john", owner: false, self: false };
export const BEN: SeenOccupant = { nick: "Ben", occupantId: "o-ben", owner: false, self: false };

export const seated = (occupants: SeenOccupant[], at = 1000): Action => ({
  type: "seat-taken",
  room: ROOM,
  at,
  occupants,
});

/** A line of somebody; its stanza id is its number. */
export function line(by: SeenOccupant, text: string, number: number, more: Partial<SeenLine> = {}): SeenLine {
  return {
    stanzaId: `a${number}`,
    key: `k${number}`,
    nick: by.nick,
    occupantId: by.occupantId,
    text,
    at: 1000 * number,
    service: null,
    ...more,
  };
}

export const arrived = (...lines: SeenEntry[]): Action => ({ type: "lines-arrived", room: ROOM, lines });

/** Anna talks with John; everything is caught up. */
export const talking = (): State =>
  run(signedIn(), opened(), seated([SERVICE, JOHN, ANNA]), { type: "caught-up", room: ROOM });

export function chatOf(state: State, room = ROOM): Chat {
  const chat = state.chats.get(room);
  if (!chat) throw new Error(`there is no chat ${room}`);
  return chat;
}

export const offer = (more: Partial<Offer> = {}): Omit<Offer, "phase"> => ({
  id: "s1",
  session: "s1",
  workgroup: SUPPORT,
  visitor: "v1@webchat.localhost/web",
  userId: "v1@webchat.localhost",
  metadata: { username: ["John"], question: ["My router is offline"] },
  arrivedAt: 0,
  timeoutS: 20,
  ...more,
});
