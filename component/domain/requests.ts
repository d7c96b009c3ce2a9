/** Visitors come and go while they wait. */
import { availability } from "./availability.ts";
import { type Decision, type Of, put, refuse } from "./decision.ts";
import { BY_SERVICE, BY_VISITOR, end } from "./endings.ts";
import { questionOf } from "./metadata.ts";
import type { Metadata, Request, WorkgroupSettings } from "./model.ts";
import { bareOf } from "./people.ts";
import { findByVisitor, isWaiting, lastRank, queueLength } from "./queue.ts";
import { failSought, whyNobody } from "./seeking.ts";

/** As much as one answer of the form may hold, in characters. */
const MOST_QUESTION = 4_000;

/** XEP-0142 §4.1.2: a visitor asks to be queued. */
export function joined(
  d: Decision,
  { id, visitor, userId, metadata, verified = [], dialogue }: Of<"join-requested">,
): void {
  if (findByVisitor(d.state, visitor) || d.state.requests.has(id)) {
    refuse(d, { code: "already-queued" });
    return;
  }
  const block = d.state.blocked.get(bareOf(visitor));
  if (block && block.until > d.at) {
    refuse(d, { code: "blocked", until: block.until });
    return;
  }
  if (availability(d.state) !== "open") {
    refuse(d, { code: "closed" });
    return;
  }
  if (queueLength(d.state) >= (d.state.settings.maxQueue ?? Number.POSITIVE_INFINITY)) {
    refuse(d, { code: "queue-full" });
    return;
  }
  const fields = missing(d.state.settings, metadata);
  if (fields.length > 0) {
    refuse(d, { code: "form-incomplete", fields });
    return;
  }
  put(d, {
    id,
    visitor,
    userId,
    metadata,
    ...(verified.length > 0 && { verified }),
    ...(dialogue !== undefined && { dialogue }),
    joinedAt: d.at,
    rank: lastRank(d.state),
    deadlineAt: d.at + d.state.settings.requestTimeoutS * 1000,
    rejections: {},
    room: "none",
    served: [],
    phase: { name: "queued" },
  });
}

/** Names of required fields that have no answer, in the order of the form. */
function missing({ form }: WorkgroupSettings, metadata: Metadata): string[] {
  const isAnswered = (name: string): boolean =>
    Object.hasOwn(metadata, name) && (metadata[name] ?? []).some((value) => value.trim() !== "");
  return form.fields.filter(({ name, required }) => required && !isAnswered(name)).map(({ name }) => name);
}

/** What is said while nobody is there yet is not lost: whoever takes the request reads it as part of the question. */
export function wordsAdded(d: Decision, { visitor, text }: Of<"words-added">): void {
  const request = findByVisitor(d.state, visitor);
  if (!request || !isWaiting(request)) {
    refuse(d, { code: "not-queued" });
    return;
  }
  const question = [questionOf(request.metadata), text].filter((part) => part !== "").join("\n");
  if (question.length > MOST_QUESTION) {
    refuse(d, { code: "question-full" });
    return;
  }
  put(d, { ...request, metadata: { ...request.metadata, question: [question] } });
}

/** XEP-0142 §4.1.5: the visitor gives up waiting, be it while somebody has just accepted. */
export function departed(d: Decision, { visitor }: Of<"depart-requested">): void {
  const request = findByVisitor(d.state, visitor);
  if (!request || request.phase.name === "in-session") {
    refuse(d, { code: "not-queued" });
    return;
  }
  end(d, request, "visitor-cancelled", BY_VISITOR);
}

/** Nobody took it in time. */
export function deadlinePassed(d: Decision, request: Request): void {
  if (isWaiting(request)) end(d, request, "nobody-took-it", BY_SERVICE);
  else if (request.handover) failSought(d, request, whyNobody(request));
}

/** a waiting visitor's connection is gone; its place is kept for the grace time. In a session the room tells. */
export function unreachable(d: Decision, { visitor }: Of<"visitor-unreachable">): void {
  const request = findByVisitor(d.state, visitor);
  if (!request || request.phase.name === "in-session" || request.unreachable) return;
  put(d, { ...request, unreachable: { at: d.at, lost: true } });
}

/** The visitor's connection stands again. */
export function reachable(d: Decision, { visitor }: Of<"visitor-reachable">): void {
  const request = findByVisitor(d.state, visitor);
  if (request?.unreachable) put(d, { ...request, unreachable: null });
}
