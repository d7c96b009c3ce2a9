/** What agents see of a queue (reference 4.3), and beside it the names that Fastpath leaves out. */
import { formatDateTime, formatStamp, parseDateTime, parseStamp } from "../datetime.ts";
import { NS_QUEUE, NS_WORKGROUP } from "../ns.ts";
import { attr, children, childText, type Element, xml } from "../xml.ts";

/** `ready` is unknown to Smack, so a queue without agents says `closed`. */
export type QueueState = "open" | "active" | "closed";
export type QueueOverview = { count: number; oldestAt: number | null; averageWaitS: number; status: QueueState };

export function buildNotifyQueue(queue: QueueOverview): Element {
  return xml(
    "notify-queue",
    { xmlns: NS_WORKGROUP },
    xml("count", {}, queue.count),
    queue.oldestAt !== null && xml("oldest", {}, formatStamp(queue.oldestAt)),
    xml("time", {}, queue.averageWaitS),
    xml("status", {}, queue.status),
  );
}

/** Missing numbers read as 0, an unknown status as `closed`. */
export function parseNotifyQueue(el: Element): QueueOverview {
  const status = childText(el, "status", NS_WORKGROUP);
  return {
    count: Number(childText(el, "count", NS_WORKGROUP) ?? 0) || 0,
    oldestAt: parseStamp(childText(el, "oldest", NS_WORKGROUP) ?? ""),
    averageWaitS: Number(childText(el, "time", NS_WORKGROUP) ?? 0) || 0,
    status: status === "open" || status === "active" ? status : "closed",
  };
}

/** `position` counts from 0 here, unlike in what the visitor is told. */
export type QueuedUser = { jid: string; position: number; waitS: number; joinedAt: number };

export function buildNotifyQueueDetails(users: readonly QueuedUser[]): Element {
  const items = users.map((user) =>
    xml(
      "user",
      { jid: user.jid },
      xml("position", {}, user.position),
      xml("time", {}, user.waitS),
      xml("join-time", {}, formatStamp(user.joinedAt)),
    ),
  );
  return xml("notify-queue-details", { xmlns: NS_WORKGROUP }, ...items);
}

export function parseNotifyQueueDetails(el: Element): QueuedUser[] {
  return children(el, "user", NS_WORKGROUP).flatMap((user) => {
    const jid = attr(user, "jid");
    const joinedAt = parseStamp(childText(user, "join-time", NS_WORKGROUP) ?? "");
    if (jid === undefined || joinedAt === null) return [];
    const number = (name: string): number => Number(childText(user, name, NS_WORKGROUP) ?? 0) || 0;
    return [{ jid, position: number("position"), waitS: number("time"), joinedAt }];
  });
}

/** One who waits, as agents see it in our UI. `offered` while an offer of this request is out. */
export type Waiting = { request: string; name: string; question: string; joinedAt: number; offered: boolean };

/** A sibling of `notify-queue-details`: Smack's parser of `user` would trip over anything more inside it. */
export function buildWaiting(waiting: readonly Waiting[]): Element {
  const items = waiting.map((one) =>
    xml(
      "request",
      {
        id: one.request,
        name: one.name,
        joined: formatDateTime(one.joinedAt),
        offered: one.offered ? "true" : undefined,
      },
      one.question,
    ),
  );
  return xml("waiting", { xmlns: NS_QUEUE }, ...items);
}

export function parseWaiting(el: Element): Waiting[] {
  return children(el, "request", NS_QUEUE).flatMap((item) => {
    const request = attr(item, "id");
    const joinedAt = parseDateTime(attr(item, "joined") ?? "");
    if (request === undefined || joinedAt === null) return [];
    const offered = attr(item, "offered") === "true";
    return [{ request, name: attr(item, "name") ?? "", question: item.text(), joinedAt, offered }];
  });
}
