/**
 * Features and what serves them: each feature handles one part of a protocol, this file does what every one of them would
 * otherwise repeat. Answers bear the address that was asked, refusals echo the request, bugs do not leak.
 */
import { bareJid, isJid, localOf } from "../../protocol/jid.ts";
import { badRequest, buildStanzaError, StanzaError } from "../../protocol/stanza-error.ts";
import { attr, type Element, elements, xml } from "../../protocol/xml.ts";
import type { Log } from "../log.ts";
import { type ComponentLink, LinkDown } from "./component-link.ts";

/** A request as it came. `from` is what the server stamped on it, normally a full JID; `to` is any address of ours. */
export type IqRequest = { id: string; type: "get" | "set"; from: string; to: string; payload: Element };

/** A message or presence as it came. `type` is "" when absent: an ordinary message, or somebody available. */
export type Incoming = { from: string; to: string; type: string; id: string | undefined; stanza: Element };

type Maybe<T> = T | Promise<T>;

export type IqRoute<Deps> = {
  type: "get" | "set";
  /** One namespace, or several that ask the same. */
  ns: string | readonly string[];
  name: string;
  /** Only requests to the service itself, an address without a local part; they go before those to any address. */
  host?: true;
  /** The answer's child; nothing for an empty result. Throw StanzaError to refuse. */
  // biome-ignore lint/suspicious/noConfusingVoidType: handlers that only act return nothing
  handle(iq: IqRequest, deps: Deps): Maybe<Element | undefined | void>;
};

export type Feature<Deps> = {
  iq?: readonly IqRoute<Deps>[];
  /** Says whether it took the message; the first feature of the list that does is the last to see it. */
  message?: (message: Incoming, deps: Deps) => Maybe<boolean>;
  presence?: (presence: Incoming, deps: Deps) => Maybe<boolean>;
  disco?: { features?: readonly string[] };
};

/** What the features add to disco#info, sorted, each once. */
export function discoFeatures<Deps>(features: readonly Feature<Deps>[]): string[] {
  return [...new Set(features.flatMap((feature) => feature.disco?.features ?? []))].sort();
}

/**
 * Serves the features on the link. `first` sees each stanza before they do and may take it (room seats do).
 * Stanzas from one bare sender to one recipient are handled one after the other; different pairs do not wait for each other.
 * @throws Error when two features claim the same request
 */
export function serveFeatures<Deps>(options: {
  link: ComponentLink;
  features: readonly Feature<Deps>[];
  deps: Deps;
  log: Log;
  first?: (stanza: Element) => boolean;
}): void {
  const { link, features, deps, log, first } = options;
  const routes = collectRoutes(features);
  const inOrder = createLanes();

  async function serveIq(iq: IqRequest | StanzaError, stanza: Element): Promise<void> {
    let reply: Element;
    try {
      reply = answer(stanza, "result", await handleIq(iq));
    } catch (error) {
      reply = refusal(stanza, error instanceof StanzaError ? error : bug("request", stanza, error));
    }
    await link.send(reply).catch((error: unknown) => {
      if (error instanceof LinkDown) return log.debug("an answer found no link", { to: attr(stanza, "from") });
      // The echo of a request may be too deep or too large to write: the refusal alone always fits.
      return link.send(answer(stanza, "error", buildStanzaError(bug("answer", stanza, error)))).catch(() => undefined);
    });
  }

  async function handleIq(iq: IqRequest | StanzaError): Promise<Element | undefined> {
    if (iq instanceof StanzaError) throw iq;
    const key = routeKey(iq.type, iq.payload.getNS() ?? "", iq.payload.getName());
    const route = (localOf(iq.to) === "" ? routes.get(`${key}${AT_HOST}`) : undefined) ?? routes.get(key);
    if (!route) throw new StanzaError("cancel", "service-unavailable");
    return (await route.handle(iq, deps)) ?? undefined;
  }

  async function serveOther(kind: "message" | "presence", incoming: Incoming): Promise<void> {
    for (const feature of features) {
      try {
        if (await feature[kind]?.(incoming, deps)) return;
      } catch (error) {
        // There is no answer to these: a refusal is only worth a line when somebody looks for it.
        if (error instanceof StanzaError) log.debug(`${kind} refused`, { from: incoming.from, reason: error.message });
        else bug(kind, incoming.stanza, error);
        return;
      }
    }
  }

  function bug(what: string, stanza: Element, error: unknown): StanzaError {
    const child = elements(stanza)[0];
    const fields = { from: attr(stanza, "from"), to: attr(stanza, "to"), name: child?.name, ns: child?.getNS(), error };
    log.error(`a ${what} could not be handled`, fields);
    return new StanzaError("cancel", "internal-server-error");
  }

  link.onStanza((stanza) => {
    if (first?.(stanza)) return;
    const [from, to] = [attr(stanza, "from"), attr(stanza, "to") ?? link.domain];
    // Nobody to answer to.
    if (from === undefined || !isJid(from)) return;
    const lane = `${bareJid(from)} ${to}`;
    if (stanza.name === "iq") {
      inOrder(lane, () => serveIq(readIq(stanza, from, to), stanza));
    } else if (stanza.name === "message" || stanza.name === "presence") {
      const kind = stanza.name;
      const incoming = { from, to, type: attr(stanza, "type") ?? "", id: attr(stanza, "id"), stanza };
      inOrder(lane, () => serveOther(kind, incoming));
    }
  });
}

const AT_HOST = " at the host";

const routeKey = (type: string, ns: string, name: string): string => `${type} ${name} ${ns}`;

function collectRoutes<Deps>(features: readonly Feature<Deps>[]): Map<string, IqRoute<Deps>> {
  const routes = new Map<string, IqRoute<Deps>>();
  for (const route of features.flatMap((feature) => feature.iq ?? [])) {
    for (const ns of typeof route.ns === "string" ? [route.ns] : route.ns) {
      const key = `${routeKey(route.type, ns, route.name)}${route.host ? AT_HOST : ""}`;
      if (routes.has(key)) throw new Error(`two features claim the request "${key}"`);
      routes.set(key, route);
    }
  }
  return routes;
}

function readIq(stanza: Element, from: string, to: string): IqRequest | StanzaError {
  const [payload, ...more] = elements(stanza);
  const [id, type] = [attr(stanza, "id"), attr(stanza, "type")];
  if (type !== "get" && type !== "set") return badRequest("an iq needs the type 'get' or 'set'");
  if (id === undefined) return badRequest("an iq needs an 'id'");
  if (payload === undefined || more.length > 0) return badRequest("a request has exactly one child element");
  return { id, type, from, to, payload };
}

function answer(request: Element, type: "result" | "error", ...children: (Element | undefined)[]): Element {
  const { id, from, to } = request.attrs;
  return xml("iq", { type, id, from: to, to: from }, ...children);
}

function refusal(request: Element, error: StanzaError): Element {
  return answer(request, "error", elements(request)[0], buildStanzaError(error));
}

/** Tasks by lane: those of one lane run one after the other, and start at once when it is free. */
function createLanes(): (lane: string, task: () => Promise<void>) => void {
  const busy = new Map<string, (() => Promise<void>)[]>();
  async function run(lane: string, task: () => Promise<void>): Promise<void> {
    const waiting: (() => Promise<void>)[] = [];
    busy.set(lane, waiting);
    for (let next: (() => Promise<void>) | undefined = task; next; next = waiting.shift()) await next();
    busy.delete(lane);
  }
  return (lane, task) => {
    const waiting = busy.get(lane);
    if (waiting) waiting.push(task);
    else void run(lane, task);
  };
}
