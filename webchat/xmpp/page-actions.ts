/** What a page may do with its visit. Every outcome goes back as a frame; nothing here throws. */
import type { SharedFile } from "../../protocol/shared-file.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import type { Log } from "../../runtime/log.ts";
import { LinkDown } from "../../runtime/xmpp/component-link.ts";
import type { Hello, Page, PageAction } from "../domain/page.ts";
import { joinRefusal, leaveRefusal, queueFull, type Refused, refused, unavailable } from "../domain/refusal.ts";
import { isOpen, type VisitFact, type VisitModel } from "../domain/visit.ts";
import type { QueueUser } from "./queue-user.ts";
import type { SeatKeeper } from "./seat-keeper.ts";

/** The visit, as far as its pages' actions go. */
export type Acting = {
  user: QueueUser;
  keeper: SeatKeeper;
  log: Log;
  now(): number;
  model(): VisitModel;
  apply(fact: VisitFact): void;
  /** Asks the workgroup how things stand. Rejects when it cannot be asked. */
  refresh(): Promise<void>;
  /** Whether so many from this visitor's address wait that no more may. */
  crowded(): boolean;
  /** The file that a ticket of this visit stands for. */
  fileOf(ticket: string): SharedFile | null;
};

type Said = Pick<Hello, "identity" | "isIdentified">;

/** `as`: who the page said its visitor is. */
export function act(visit: Acting, page: Page, as: Said, action: PageAction): void {
  switch (action.kind) {
    case "join":
      return void join(visit, page, as, action);
    case "cancel":
      return void cancel(visit, page);
    case "say":
      return say(visit, page, action);
    case "seen":
      return visit.keeper.seen(action.id);
    case "typing":
      return visit.keeper.typing(action.active);
    case "end":
      return void end(visit, page);
    case "leave-message":
      return void leaveMessage(visit, page, action);
  }
}

async function join(
  visit: Acting,
  page: Page,
  { identity, isIdentified }: Said,
  { fields, page: info }: Extract<PageAction, { kind: "join" }>,
): Promise<void> {
  const { user, apply, refresh, log, now } = visit;
  if (isOpen(visit.model())) return page.send(refused("already-waiting", "You are in the queue already"));
  // Signed in while a talk went on as nobody in particular: the next one is begun under the name, by a hello without a token.
  if (identity && !isIdentified) return page.send(refused("bad-token", "The visitor is somebody else by now"));
  if (visit.crowded()) return page.send(queueFull());
  const first = (name: string): string => fields[name]?.[0]?.trim() ?? "";
  const name = identity?.name || first("username") || first("name");
  apply({ type: "join-asked", name, question: first("question"), at: now() });
  try {
    await user.join(fields, info, identity?.jwt);
    apply({ type: "join-accepted" });
    log.info("joined the queue");
  } catch (error) {
    apply({ type: "join-refused" });
    page.send(error instanceof StanzaError ? joinRefusal(error) : notSent(error));
    // Whether it was taken is not known when no answer came; and "conflict" says that we know too little.
    const unsure = error instanceof StanzaError ? isUnsure(error) : error instanceof LinkDown;
    if (unsure) await refresh().catch(() => undefined);
  }
}

/** Without an answer: the link broke, or it is nothing that can be sent. */
function notSent(error: unknown, key?: string): Refused {
  if (error instanceof LinkDown) return unavailable(key);
  return refused("too-long", "This is too much to be sent", key === undefined ? {} : { key });
}

function isUnsure({ type, condition }: StanzaError): boolean {
  return condition === "conflict" || (type === "wait" && condition !== "resource-constraint");
}

async function cancel(visit: Acting, page: Page): Promise<void> {
  const { state, joining } = visit.model();
  // A join that is on its way is taken back too: the workgroup handles one visitor's requests in their order.
  if (state.phase !== "waiting" && joining === null) return;
  // With a room open it is a talk that waits for its next agent.
  if (visit.keeper.conversation) return end(visit, page);
  await ask(visit, page, async () => {
    await visit.user.depart();
    visit.apply({ type: "departed", reason: "departure-requested" });
  });
}

async function end(visit: Acting, page: Page): Promise<void> {
  const { state, session } = visit.model();
  if (state.phase === "waiting" && !visit.keeper.conversation) return cancel(visit, page);
  if (session === null || (state.phase !== "talking" && state.phase !== "waiting")) return;
  // The end itself comes from the room, for everybody in it.
  await ask(visit, page, () => visit.user.end(session));
}

async function leaveMessage(
  visit: Acting,
  page: Page,
  { key, name, email, text }: Extract<PageAction, { kind: "leave-message" }>,
): Promise<void> {
  try {
    await visit.user.leaveMessage({ key, name, email, text });
    page.send({ kind: "message-stored", key });
  } catch (error) {
    page.send(error instanceof StanzaError ? leaveRefusal(error, key) : notSent(error, key));
  }
}

function say(visit: Acting, page: Page, { key, text, of, file }: Extract<PageAction, { kind: "say" }>): void {
  if (file !== undefined) return sayFile(visit, page, key, file);
  // Without any text, an own line is taken back.
  const isEmpty = of === undefined ? text.trim() === "" : of === "" || (text !== "" && text.trim() === "");
  if (isEmpty) return page.send(refused("bad-frame", "A line needs some text", { key }));
  if (visit.keeper.say(page, { key, text, of })) return;
  page.send(refused("not-in-session", "There is no conversation to say this in", { key }));
}

/** The line's text is the file's address: whoever has no eye for files has a link. */
function sayFile(visit: Acting, page: Page, key: string, ticket: string): void {
  const file = visit.fileOf(ticket);
  if (!file) return page.send(refused("bad-frame", "This file is not known", { key }));
  if (visit.keeper.say(page, { key, text: file.url, of: undefined, file })) return;
  page.send(refused("not-in-session", "There is no conversation to send this in", { key }));
}

/** Asks for something that the workgroup's own news will confirm; where it disagrees, it is asked how things stand. */
async function ask(visit: Acting, page: Page, what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error) {
    if (!(error instanceof StanzaError) || error.type === "wait") return page.send(unavailable());
    await visit.refresh().catch(() => page.send(unavailable()));
  }
}
