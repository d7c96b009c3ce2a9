/** Puts the parts of the workgroup service together. Starts nothing before everything that was saved is found again. */
import { randomBytes } from "node:crypto";
import { bareJid } from "../protocol/jid.ts";
import type { Element } from "../protocol/xml.ts";
import type { Log } from "../runtime/log.ts";
import { createMetrics, type Metrics } from "../runtime/metrics.ts";
import { steadyNow } from "../runtime/steady-clock.ts";
import { createTimers } from "../runtime/timers.ts";
import { type ComponentLink, LinkDown } from "../runtime/xmpp/component-link.ts";
import { discoFeatures, serveFeatures } from "../runtime/xmpp/features.ts";
import { Administration } from "./administration.ts";
import { Admission } from "./admission.ts";
import { Duty } from "./commands/duty.ts";
import { FormSessions } from "./commands/form-sessions.ts";
import { Memory } from "./commands/memory.ts";
import { Pace } from "./commands/pace.ts";
import { Dialogues } from "./dialogue/dialogues.ts";
import type { Device } from "./domain/model.ts";
import { Announcer } from "./engine/announcer.ts";
import { Contacts } from "./engine/contacts.ts";
import { findDevice } from "./engine/devices.ts";
import { Handovers } from "./engine/handovers.ts";
import { PlainOffers } from "./engine/plain-offers.ts";
import { Recorder } from "./engine/recorder.ts";
import { Rooms } from "./engine/rooms.ts";
import { Roster } from "./engine/roster.ts";
import { Speaker } from "./engine/speaker.ts";
import { StaffRooms } from "./engine/staff-rooms.ts";
import { Subscribers } from "./engine/subscribers.ts";
import type { Workgroup } from "./engine/workgroup.ts";
import { Workgroups } from "./engine/workgroups.ts";
import { Erasure } from "./erasure.ts";
import { workgroupPresence } from "./features/agent-presence.ts";
import type { Deps, Mailer } from "./features/deps.ts";
import { features } from "./features/index.ts";
import { mailCopies } from "./features/mail.ts";
import { eraseFiles } from "./files.ts";
import { createServiceMetrics } from "./metrics.ts";
import { loadDevices } from "./store/agents.ts";
import type { Database } from "./store/db.ts";
import { createStores } from "./stores.ts";

export type App = {
  /** Restores what was saved and connects. Rejects when the database cannot be read. */
  start(): Promise<void>;
  /** Disconnects, and waits until what was taken is stored. */
  stop(): Promise<void>;
};

/** `domain` is the server's, `example.org`; the service is `workgroup.example.org`, its rooms `conference.example.org`. */
export function createApp({
  db,
  link,
  log,
  domain,
  metrics,
  mailer = null,
}: {
  db: Database;
  link: ComponentLink;
  log: Log;
  domain: string;
  /** Where what it counts can be asked for. */
  metrics?: Metrics;
  /** Null: nothing is mailed. */
  mailer?: Mailer | null;
}): App {
  const service = `workgroup.${domain}`;
  const roomsDomain = `conference.${domain}`;
  const now = (): number => Date.now();
  const timers = createTimers();
  const send = (stanza: Element): void => {
    link.send(stanza).catch((error: unknown) => {
      if (!(error instanceof LinkDown)) log.error("a stanza could not be sent", { name: stanza.name, error });
    });
  };

  const counted = createServiceMetrics(metrics ?? createMetrics(link), () => ({ workgroups, recorder, now }));
  const workgroups = new Workgroups({
    db,
    log,
    domain: service,
    now,
    speak: (workgroup, effect) => speaker.speak(workgroup, effect),
    saved: counted.saved,
  });
  const recorder = new Recorder(db, log, counted);
  const rooms = new Rooms({ db, link, log, now, send, recorder, roomsDomain, workgroups, closed });
  const announcer = new Announcer({ domain: service, now, timers, send });
  const roster = new Roster({ domain: service, now, timers, send });
  const contacts = new Contacts({ db, log, domain: service, now, send });
  const langOf = (node: string, agent: string): string | null => contacts.find(node, agent)?.lang ?? null;
  const duty = new Duty();
  const plainOffers = new PlainOffers({
    drawsForms: (device) => duty.drawsForms(device),
    now,
    send,
    langOf,
  });
  const handovers = new Handovers({ log, now, workgroups, rooms, roomsDomain, send, langOf });
  const staffRooms = new StaffRooms({ link, log, send, roomsDomain });
  const subscribers = new Subscribers();
  const tellAvailability = (workgroup: Workgroup): void => {
    const { node } = workgroup;
    for (const jid of subscribers.of(node)) send(workgroupPresence(workgroup, jid, deps));
    for (const jid of contacts.subscribers(node)) send(workgroupPresence(workgroup, jid, deps));
    announcer.changed(workgroup);
  };
  const speaker = new Speaker({
    link,
    log,
    timers,
    now,
    workgroups,
    announcer,
    rooms,
    handovers,
    roomsDomain,
    roster,
    plainOffers,
    send,
    tellAvailability,
    delivered: counted.delivered,
  });

  const administration = new Administration({
    db,
    log,
    domain,
    now,
    async apply(settings) {
      await workgroups.configure(settings);
      for (const workgroup of workgroups.all) {
        void contacts.greet(workgroup);
        staffRooms.see(workgroup);
      }
    },
    current: () => workgroups.all.flatMap(({ committed }) => (committed.removed ? [] : committed.settings)),
  });

  const memory = new Memory();
  const erasure = new Erasure({
    db,
    log,
    now,
    timers,
    eraseFiles: (files) => eraseFiles(files, { link, domain, log }),
    forget(visitors) {
      memory.clear();
      for (const workgroup of workgroups.all) {
        for (const visitor of visitors) {
          workgroup.post({ type: "visitor-erased", at: now(), visitor });
          contacts.forget(workgroup, visitor);
        }
      }
    },
  });

  const deps: Deps = {
    domain: service,
    rooms: roomsDomain,
    workgroups,
    stores: createStores(db),
    disco: discoFeatures(features),
    now,
    newId,
    send,
    configure: (configuration) => administration.configure(configuration),
    verifyIdentity: (workgroup, jwt) => administration.identityOf(workgroup, jwt),
    renameAgent: (agent, name) => administration.renameAgent(agent, name),
    administration,
    erasure,
    mailer,
    subscribers,
    tellVisitor(workgroup, request) {
      announcer.tellVisitor(workgroup.node, workgroup.committed, request);
    },
    contacts,
    duty,
    forms: new FormSessions(),
    memory,
    pace: new Pace(),
    admission: new Admission(domain, steadyNow),
    dialogues: new Dialogues(),
    speakFor: (session, name, text) => rooms.speakFor(session, name, text),
    inviteVisitor(id, to) {
      const found = workgroups.findRequest(id);
      if (found) rooms.inviteVisitor(found.workgroup, { ...found.request, visitor: to });
    },
    followRoster: (workgroup, device) => roster.follow(workgroup, device),
    closeStaleOffer({ node, committed }, device, id) {
      const request = committed.requests.get(id);
      const visitor = request?.visitor ?? committed.recentlyEnded.find((one) => one.id === id)?.visitor;
      if (visitor === undefined) return;
      const outcome = request ? "taken-by-other" : "withdrawn";
      speaker.revoke(node, { id, visitor, userId: request?.userId ?? bareJid(visitor) }, device, outcome);
    },
  };

  function closed(session: string): void {
    mailCopies(session, deps).catch((error: unknown) => log.warn("a transcript was not mailed", { session, error }));
  }

  /** Agents' clients that were signed in when we were last there. */
  let absent: { node: string; device: Device }[] = [];

  link.onOnline(() => {
    rooms.takeSeats();
    for (const workgroup of workgroups.all) {
      workgroup.post({ type: "link-established", at: now() });
      contacts.probe(workgroup);
      staffRooms.see(workgroup);
    }
    for (const { node, device } of absent) {
      const from = `${node}@${service}`;
      const workgroup = workgroups.at(from);
      if (workgroup) void findDevice(workgroup, device, { link, from, now });
    }
    absent = [];
  });
  link.onOffline(() => {
    subscribers.clear();
    rooms.linkLost();
    staffRooms.linkLost();
    for (const workgroup of workgroups.all) {
      for (const { devices } of workgroup.current.agents.values()) {
        absent.push(...devices.map((device) => ({ node: workgroup.node, device })));
      }
      workgroup.post({ type: "link-lost", at: now() });
    }
  });
  serveFeatures({ link, features, deps, log, first: (stanza) => rooms.take(stanza) || staffRooms.take(stanza) });

  return {
    async start() {
      absent = (await loadDevices(db)).map(({ workgroup, device }) => ({ node: workgroup, device }));
      await rooms.restore();
      await workgroups.restore();
      await contacts.restore();
      // Until the link is up and the rooms are seen, nobody counts as away.
      for (const workgroup of workgroups.all) workgroup.post({ type: "link-lost", at: now() });
      erasure.start();
      link.start();
    },
    async stop() {
      timers.stopAll();
      await link.stop();
      await recorder.settled();
    },
  };
}

/** Twenty letters and digits: nobody guesses a room, and the id is a legal local part as it stands. */
function newId(): string {
  return Array.from(randomBytes(20), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
}
