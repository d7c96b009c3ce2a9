/** The visitor's way into a queue and out of it: XEP-0142 §4.3 in the Fastpath dialect (reference 3.1 to 3.5). */
import { buildAnswers, type FormAnswers, parseAnswers } from "../data-form.ts";
import { NS_DATA_FORM, NS_JIVE, NS_WORKGROUP } from "../ns.ts";
import { attr, child, childText, type Element, xml } from "../xml.ts";
import { buildIdentityClaim, findIdentityClaim } from "./identity.ts";
import { buildMetadata, type MetadataValues, parseMetadata } from "./metadata.ts";

/** `userId` is the stable id that the caller claims, if any; `identity` the JWT by which its site vouches for it. */
export type JoinQueue = {
  userId: string | null;
  metadata: Record<string, string[]>;
  answers: FormAnswers;
  identity?: string;
};

export function buildJoinQueue(join: {
  metadata: MetadataValues;
  answers: FormAnswers;
  identity?: string | undefined;
}): Element {
  return xml(
    "join-queue",
    { xmlns: NS_WORKGROUP },
    xml("queue-notifications"),
    buildMetadata(join.metadata),
    buildAnswers(join.answers),
    join.identity !== undefined && buildIdentityClaim(join.identity),
  );
}

/** Smack sends the form twice, the first counts. R-23: it writes `id='null'` for an absent user. */
export function parseJoinQueue(el: Element): JoinQueue {
  const user = child(el, "user", NS_JIVE);
  const claimed = user ? attr(user, "id") : undefined;
  const metadata = child(el, "metadata", NS_JIVE);
  const form = child(el, "x", NS_DATA_FORM);
  const identity = findIdentityClaim(el);
  return {
    userId: claimed === undefined || claimed === "null" ? null : claimed,
    metadata: metadata ? parseMetadata(metadata) : {},
    answers: form ? parseAnswers(form) : {},
    ...(identity !== null && { identity }),
  };
}

/** Where a request stands: `position` counts from 1, `waitS` is the expected wait in seconds. */
export type QueueStatus = { position: number; waitS: number; session: string; workgroup: string };

/** Payload of the push (reference 3.3) and of the answer to the poll. */
export function buildQueueStatus(status: QueueStatus): Element {
  return xml(
    "queue-status",
    { xmlns: NS_WORKGROUP },
    xml("time", {}, status.waitS),
    xml("position", {}, status.position),
    xml("session", { xmlns: NS_JIVE, id: status.session, workgroup: status.workgroup }),
  );
}

/** Numbers that are missing or no numbers read as null. */
export function parseQueueStatus(el: Element): {
  position: number | null;
  waitS: number | null;
  session: string | null;
} {
  const session = child(el, "session", NS_JIVE);
  return {
    position: wholeNumber(childText(el, "position", NS_WORKGROUP)),
    waitS: wholeNumber(childText(el, "time", NS_WORKGROUP)),
    session: (session && attr(session, "id")) ?? null,
  };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export type DepartReason = "departure-requested" | "agent-not-found" | "closed";

export function buildDepartQueue(reason?: DepartReason): Element {
  return xml("depart-queue", { xmlns: NS_WORKGROUP }, reason !== undefined && xml(reason));
}

/** The service's word that the visitor is out of the queue; a reason we do not know reads as `agent-not-found`. */
export function parseDepartQueue(el: Element): DepartReason {
  for (const reason of ["departure-requested", "closed"] as const) {
    if (child(el, reason, NS_WORKGROUP)) return reason;
  }
  return "agent-not-found";
}

export const buildWorkgroupFormRequest = (): Element => xml("workgroup-form", { xmlns: NS_JIVE });

export function buildWorkgroupForm(form: Element): Element {
  return xml("workgroup-form", { xmlns: NS_JIVE }, form);
}
