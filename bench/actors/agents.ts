/** Agents as plain XMPP clients: few sessions, many rooms. Each takes what it is offered and enters the room it is invited to. */
import { randomUUID } from "node:crypto";
import { buildJoin } from "../../protocol/muc.ts";
import { buildRoomLine } from "../../protocol/room-message.ts";
import { buildAgentStatus } from "../../protocol/workgroup/agent.ts";
import { buildOfferAnswer } from "../../protocol/workgroup/offer.ts";
import { xml } from "../../protocol/xml.ts";
import { type BenchStack, WORKGROUP_JID } from "../stack.ts";
import { signIn, type XmppClient } from "../wire/client.ts";
import { attrOf, bodyOf } from "../wire/stanza-stream.ts";

export type BenchAgent = {
  readonly name: string;
  readonly client: XmppClient;
  /** Rooms it sits in, by session id. */
  readonly rooms: Set<string>;
  /** Whether it accepts offers by itself. */
  accepts: boolean;
  onOffer: (session: string, stanza: string) => void;
  onEntered: (session: string) => void;
  onLine: (session: string, nick: string, text: string, stanza: string) => void;
  onGone: (session: string) => void;
  answer(session: string, accepted: boolean): Promise<void>;
  /** Says how it is; `show` such as "dnd", or nothing for available. */
  show(show?: string): void;
  say(session: string, text: string): void;
  /** Takes its seat again, as after the server was restarted. */
  enter(session: string): void;
};

const roomOf = (session: string): string => `${session}@conference.localhost`;

export async function signInAgent(stack: BenchStack, name: string, maxChats = 100): Promise<BenchAgent> {
  const password = stack.agents[name]?.password ?? "";
  const client = await signIn({
    service: stack.c2sService,
    domain: "localhost",
    username: name,
    password,
    resource: "bench",
  });
  const agent: BenchAgent = {
    name,
    client,
    rooms: new Set(),
    accepts: true,
    onOffer: () => undefined,
    onEntered: () => undefined,
    onLine: () => undefined,
    onGone: () => undefined,
    async answer(session, accepted) {
      await client.ask(WORKGROUP_JID, "set", buildOfferAnswer(session, accepted));
    },
    show(show) {
      const status = buildAgentStatus({ maxChats });
      client.send(xml("presence", { to: WORKGROUP_JID }, show !== undefined && xml("show", {}, show), status));
    },
    say: (session, text) => client.send(buildRoomLine({ room: roomOf(session), id: randomUUID(), text })),
    enter: (session) => client.send(buildJoin({ room: roomOf(session), nick: name })),
  };
  client.onStanza = (stanza) => {
    if (stanza.startsWith("<message")) return heard(agent, stanza);
    if (stanza.startsWith("<presence")) return seen(agent, stanza);
    if (attrOf(stanza, "type") === "set" || attrOf(stanza, "type") === "get") asked(agent, stanza);
  };
  const signedIn = new Promise<void>((resolve) => {
    const before = client.onStanza;
    client.onStanza = (stanza) => {
      if (stanza.includes("<notify-queue")) {
        client.onStanza = before;
        resolve();
      }
      before(stanza);
    };
  });
  client.send(xml("presence"));
  agent.show();
  // The service may be away just then, as after a restart of the server: said again until it has heard.
  const again = setInterval(() => agent.show(), 1_000);
  await signedIn;
  clearInterval(again);
  return agent;
}

function heard(agent: BenchAgent, stanza: string): void {
  const from = attrOf(stanza, "from");
  const session = from.slice(0, from.indexOf("@"));
  if (attrOf(stanza, "type") === "groupchat") {
    const text = bodyOf(stanza);
    if (text !== undefined) agent.onLine(session, from.slice(from.indexOf("/") + 1), text, stanza);
    return;
  }
  if (stanza.includes("<invite ")) agent.enter(session);
}

function seen(agent: BenchAgent, stanza: string): void {
  const from = attrOf(stanza, "from");
  if (!from.includes("@conference.") || !from.endsWith(`/${agent.name}`)) return;
  const session = from.slice(0, from.indexOf("@"));
  const type = attrOf(stanza, "type");
  if (type === "unavailable" && stanza.includes("code='110'")) {
    agent.rooms.delete(session);
    agent.onGone(session);
  } else if (type === "" && stanza.includes("code='110'")) {
    agent.rooms.add(session);
    agent.onEntered(session);
  }
}

function asked(agent: BenchAgent, stanza: string): void {
  const [id, from] = [attrOf(stanza, "id"), attrOf(stanza, "from")];
  agent.client.send(`<iq type='result' id='${id}' to='${from}'/>`);
  const session = /<offer [^>]*\bid='([^']+)'/.exec(stanza)?.[1];
  if (session === undefined) return;
  agent.onOffer(session, stanza);
  if (agent.accepts) agent.answer(session, true).catch(() => undefined);
}
