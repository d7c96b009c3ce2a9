/** Puts the gateway together: the link to the server on one side, pages and sockets on the other. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import Koa from "koa";
import { isJid, localOf } from "../protocol/jid.ts";
import type { SharedFile } from "../protocol/shared-file.ts";
import type { FileView } from "../protocol/visitor-api.ts";
import type { Log } from "../runtime/log.ts";
import { createMetrics, type Metrics } from "../runtime/metrics.ts";
import { steadyNow } from "../runtime/steady-clock.ts";
import type { ComponentLink } from "../runtime/xmpp/component-link.ts";
import { serveFeatures } from "../runtime/xmpp/features.ts";
import { createRoomSeats } from "../runtime/xmpp/room-seat.ts";
import { createAddressOf } from "./http/address.ts";
import { errorsAsJson } from "./http/errors.ts";
import { createFileServer, placeOf } from "./http/file-server.ts";
import { nothingButFiles } from "./http/incoming-file.ts";
import { createLimits, MOST, type Most, RATES, type Rates } from "./http/limits.ts";
import { securityHeaders } from "./http/security.ts";
import { createTickets } from "./http/ticket.ts";
import { createTokens } from "./http/token.ts";
import { newVisitId, visitIdOf } from "./http/visit-id.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { fileRoutes } from "./routes/files.ts";
import { healthRoutes } from "./routes/health.ts";
import { mountPages } from "./routes/pages.ts";
import { serveSockets, socketHintRoutes } from "./routes/socket.ts";
import { type FindWorkgroup, VIEW_AGE_S, workgroupRoutes } from "./routes/workgroups.ts";
import { Visits } from "./visits.ts";
import { answers } from "./xmpp/answers.ts";
import { createDirectory, type Directory } from "./xmpp/directory.ts";
import { createGate } from "./xmpp/gate.ts";
import { createIdentify } from "./xmpp/identity.ts";
import { createAskSlot } from "./xmpp/slots.ts";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Folders of the built bundles and of the sample site. */
export type Folders = { widget: string; demo: string; agent: string };
export const FOLDERS: Folders = {
  widget: fromRoot("dist/widget"),
  demo: fromRoot("webchat/demo"),
  agent: fromRoot("dist/agent-ui"),
};

/** Times in milliseconds; tests make them short. */
export type Tuning = {
  pingMs: number;
  helloMs: number;
  /** How often an open page gets a new token. */
  renewMs: number;
  /** How long the head of a request may take to arrive. */
  requestMs: number;
  /** How long all of a request may take, a file on a slow line among them. */
  uploadMs: number;
  reflectionMs: number;
  watchMs: number;
  viewAgeMs: number;
};
export const TUNING: Tuning = {
  pingMs: 15_000,
  helloMs: 10_000,
  renewMs: 600_000,
  requestMs: 10_000,
  uploadMs: 600_000,
  reflectionMs: 7_000,
  watchMs: 10_000,
  viewAgeMs: VIEW_AGE_S * 1000,
};

export type GatewayOptions = {
  link: ComponentLink;
  /** The XMPP domain. */
  domain: string;
  tokenSecret: string;
  agentWebsocketUrl: string;
  visitorGraceMs: number;
  /** Our own address in the world, without a slash at its end; where the server keeps files, and how large they may be. */
  files: { publicUrl: string; server: string; maxBytes: number };
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  limits?: { rates: Rates; most: Most };
  log: Log;
  /** Where what it counts can be asked for. */
  metrics?: Metrics;
  folders?: Folders;
  tuning?: Partial<Tuning>;
};

export type Gateway = {
  readonly visits: Visits;
  readonly server: Server;
  /** How many pages are connected. */
  readonly pages: number;
  /** How much was sent to pages that they have not taken yet, in bytes. */
  readonly waitingBytes: number;
  /** Begins to listen and to connect; resolves with the port once it listens. */
  start(host: string, port: number): Promise<number>;
  /** Tells the pages to come back later, then stops. Seats and places stay for the next process. */
  stop(): Promise<void>;
};

/** How long a connection may stand idle between two requests: a proxy keeps its own for reuse. */
const IDLE_MS = 75_000;

/** How many questions and seats are asked of the server at a time when everything is asked anew. */
const AT_A_TIME = 50;

export function createGateway(options: GatewayOptions): Gateway {
  const { link, domain, log, folders = FOLDERS } = options;
  const tuning = { ...TUNING, ...options.tuning };
  const service = `workgroup.${domain}`;
  const monotonic = (): number => performance.now();
  const { rates, most } = options.limits ?? { rates: RATES, most: MOST };
  const counted = createGatewayMetrics(
    options.metrics ?? createMetrics(link),
    () => ({ pages: sockets.size, waitingBytes: sockets.waitingBytes, visits: visits.size }),
    monotonic,
  );
  const limits = createLimits({
    rates,
    now: monotonic,
    onRefusal: counted.limited,
    onFlood: (address) => {
      counted.flooded();
      log.warn("an address floods us: it loses its places in the queues", { waiting: visits.putOut(address) });
    },
  });
  const addressOf = createAddressOf(options.trustedProxies ?? [], () =>
    log.warn("a proxy that is not among TRUSTED_PROXIES: all visitors behind it share one address and its limits"),
  );
  const directory = createDirectory({ link, service, now: monotonic, maxAgeMs: tuning.viewAgeMs });
  const identify = createIdentify(link);
  const tokens = createTokens(options.tokenSecret, steadyNow);
  const tickets = createTickets(options.tokenSecret);
  const seats = createRoomSeats(link);
  const visits = new Visits({
    link,
    seats,
    directory,
    service,
    rooms: `conference.${domain}`,
    log,
    now: Date.now,
    gate: createGate(AT_A_TIME),
    graceMs: options.visitorGraceMs,
    reflectionMs: tuning.reflectionMs,
    viewFile: createViewFile(options.files.publicUrl),
    fileOf: tickets.open,
    watchMs: tuning.watchMs,
    mostWaiting: most.waiting,
  });
  serveFeatures({
    link,
    features: answers,
    deps: { knows: (visit) => visits.knows(visit) },
    log,
    first: (stanza) => {
      if (stanza.name === "iq") return false;
      // Messages and presences in the very order in which they came, whoever sent them.
      if (!seats.take(stanza)) visits.take(stanza);
      return true;
    },
  });
  link.onOnline(() => visits.linkUp());
  link.onOffline(() => visits.linkDown());

  const find = findWorkgroup(directory, service, log);
  const agentConfig = {
    domain,
    websocket: options.agentWebsocketUrl,
    workgroupService: service,
    files: `${options.files.publicUrl}/`,
    maxFileBytes: options.files.maxBytes,
  };
  const app = new Koa();
  app.on("error", (error: unknown) => log.error("an answer could not be sent", { error }));
  app.use(securityHeaders());
  app.use(errorsAsJson(log));
  app.use(nothingButFiles());
  for (const router of [
    healthRoutes(() => visits.trouble),
    workgroupRoutes({ find, limits, addressOf, maxFileBytes: options.files.maxBytes }),
    fileRoutes({
      find,
      limits,
      addressOf,
      tokens,
      tickets,
      server: createFileServer(options.files.server, `files.${domain}`),
      maxBytes: options.files.maxBytes,
      isTalking: (visit, workgroup) => visits.isTalking(visit, workgroup),
      askSlot: createAskSlot(link, `files.${domain}`),
    }),
    socketHintRoutes(),
  ]) {
    app.use(router.routes()).use(router.allowedMethods());
  }
  mountPages(app, { ...folders, agentConfig });

  const server = createServer(
    {
      headersTimeout: tuning.requestMs,
      requestTimeout: tuning.uploadMs,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: tuning.requestMs / 2,
    },
    app.callback(),
  );
  const sockets = serveSockets(server, {
    tokens,
    open: (page, hello) => visits.open(page, hello),
    find,
    limits,
    addressOf,
    mostSockets: most.sockets,
    onTooMany: () => counted.limited("sockets", "address"),
    watch: counted.pages,
    newVisitId,
    identify: (workgroup, jwt) => identify(`${workgroup}@${service}`, jwt),
    visitIdOf: (workgroup, subject) => visitIdOf(options.tokenSecret, workgroup, subject),
    isLive: (visit) => visits.isLive(visit),
    now: monotonic,
    onFailure: (error) => log.error("a hello could not be answered", { error }),
    pingMs: tuning.pingMs,
    helloMs: tuning.helloMs,
    renewMs: tuning.renewMs,
  });

  return {
    visits,
    server,
    get pages() {
      return sockets.size;
    },
    get waitingBytes() {
      return sockets.waitingBytes;
    },
    async start(host, port) {
      await listen(server, host, port);
      link.start();
      return portOf(server);
    },
    async stop() {
      visits.stop();
      sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      await link.stop();
    },
  };
}

function createViewFile(publicUrl: string): (file: SharedFile) => FileView | null {
  return ({ url, ...file }) => {
    const path = url.startsWith(`${publicUrl}/`) ? url.slice(publicUrl.length) : "";
    return placeOf(path) && { path: path.slice(1), ...file };
  };
}

function findWorkgroup(directory: Directory, service: string, log: Log): FindWorkgroup {
  return async (name, lang) => {
    // Anybody may name anything. What is no local part, as "elsewhere.example/x", would be an address of somebody else's.
    const jid = `${name}@${service}`;
    if (!isJid(jid) || localOf(jid) !== name) return { found: false, why: "unknown" };
    try {
      const card = await directory.card(name, lang);
      return card ? { found: true, ...card } : { found: false, why: "unknown" };
    } catch (error) {
      log.debug("a workgroup could not be looked up", { workgroup: name, error });
      return { found: false, why: "unreachable" };
    }
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
