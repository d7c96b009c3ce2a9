/** What each frame of the gateway changes in the widget's state. */
import type { LineChange, LineView, ServerFrame, VisitState } from "../../protocol/visitor-api.ts";
import { type ChatState, type Coming, isLive, type PendingLine, UNSERVED, type Want, withoutEditing } from "./state.ts";

/** In place of a connection's number: the line waits for the next word that a talk goes on. */
const HELD = -1;

type Frame<K extends ServerFrame["kind"]> = Extract<ServerFrame, { kind: K }>;

/** The state after a frame. */
export function onFrame(state: ChatState, frame: ServerFrame): ChatState {
  switch (frame.kind) {
    case "welcome":
      return onVisit(
        // In a conversation the lines since the last one held come next; own lines may be among them.
        { ...state, link: "on", epoch: state.epoch + 1, caughtUp: frame.state.phase !== "talking" },
        frame.state,
      );
    case "state":
      return onVisit(state, frame.state);
    case "lines":
      return onLines(state, frame);
    case "typing":
      return { ...state, typing: [...without(state.typing, frame.name), ...(frame.active ? [frame.name] : [])] };
    case "joined":
    case "left":
      return onComing(state, { kind: frame.kind, name: frame.name, at: frame.at });
    case "message-stored":
      return state.wants.some(isMessage(frame.key))
        ? {
            ...state,
            wants: state.wants.filter((one) => !isMessage(frame.key)(one)),
            screen: "thanks",
            message: { ...state.message, text: "" },
          }
        : state;
    case "refused":
      return onRefused(state, frame);
    case "token":
    case "pong":
      return state;
  }
}

function onVisit(state: ChatState, told: VisitState): ChatState {
  const visit: VisitState = isDismissed(state, told) ? { phase: "idle" } : told;
  const { phase } = visit;
  let next: ChatState = { ...state, visit, wants: state.wants.filter((one) => !isFulfilled(one, visit)) };
  if (phase !== "talking") next = { ...withoutEditing(next), typing: [], confirming: false };
  if (isLive(next)) next.dismissed = "";
  if (phase === "waiting") return { ...next, moved: movement(state.visit, visit) ?? state.moved };
  next.moved = "";
  if (phase === "talking") {
    // An agent came: the message that was being written instead is not needed any more.
    if (state.visit.phase === "waiting" && state.screen === "message") next.screen = "chat";
    const anew = state.visit.phase !== "talking";
    next.pending = next.pending.map(({ saidAt, ...line }) =>
      anew || line.epoch === HELD ? { ...line, epoch: 0 } : { ...line, saidAt },
    );
    return present(inSession(next, visit.session), visit);
  }
  if (phase === "ended") next = inSession(next, visit.session);
  // What was not said by now never will be; it stays readable, and goes into the box of the next chat.
  const over = phase === "ended" || phase === "unserved";
  const unsaid = next.pending.filter((line) => !line.of);
  const why = phase === "ended" ? phase : "";
  return over ? { ...next, pending: unsaid.map((line) => ({ ...line, failed: line.failed ?? why })) } : next;
}

/** What the visitor has put away by "Start a new chat" does not come back with the next greeting. */
const isDismissed = ({ dismissed }: ChatState, visit: VisitState): boolean =>
  visit.phase === "ended" ? visit.session === dismissed : visit.phase === "unserved" && dismissed === UNSERVED;

/** The log belongs to one session; another one begins with an empty log. */
function inSession(state: ChatState, session: string): ChatState {
  return state.session === session ? state : { ...state, session, lines: [], comings: [] };
}

/** Brings comings and goings in line with who the gateway says is here. */
function present(state: ChatState, visit: Extract<VisitState, { phase: "talking" }>): ChatState {
  const here = whoIsHere(state.comings);
  const at = Math.max(visit.since, state.lines.at(-1)?.at ?? 0, state.comings.at(-1)?.at ?? 0);
  const left = here.filter((name) => !visit.agents.includes(name)).map((name): Coming => ({ kind: "left", name, at }));
  const came = visit.agents
    .filter((name) => !here.includes(name))
    .map((name): Coming => ({ kind: "joined", name, at }));
  return { ...state, comings: [...state.comings, ...left, ...came] };
}

function onComing(state: ChatState, coming: Coming): ChatState {
  const typing = without(state.typing, coming.name);
  // State frames tell the same: whoever is here already cannot come again.
  const known = whoIsHere(state.comings).includes(coming.name) === (coming.kind === "joined");
  return { ...state, typing, comings: known ? state.comings : [...state.comings, coming] };
}

/** The agents in the room, by the comings and goings alone. */
export function whoIsHere(comings: readonly Coming[]): string[] {
  const here = new Set<string>();
  for (const { kind, name } of comings) kind === "joined" ? here.add(name) : here.delete(name);
  return [...here];
}

/**
 * Takes away what was stored. What was said before the last of it and is not there was passed over: to say it again by
 * itself would turn the order round, so its writer is told.
 */
function settle(pending: PendingLine[], stored: ReadonlySet<string | undefined>): PendingLine[] {
  const last = pending.findLastIndex((line) => stored.has(line.key));
  return pending.flatMap((line, i) =>
    stored.has(line.key) ? [] : i < last ? { ...line, failed: line.failed ?? "" } : line,
  );
}

function onLines(state: ChatState, frame: Frame<"lines">): ChatState {
  if (frame.session === state.dismissed) return state;
  const next = inSession(state, frame.session);
  const held = frame.reset ? [] : next.lines;
  const ids = new Set(held.map((line) => line.id));
  const keys = new Set(held.map((line) => ownKey(line)).filter(Boolean));
  const fresh = frame.lines.filter((line) => {
    const key = ownKey(line);
    // A line said again after a lost answer may be in the room twice; the visitor wrote it once.
    if (ids.has(line.id) || (key && keys.has(key))) return false;
    ids.add(line.id);
    if (key) keys.add(key);
    return true;
  });
  const said = new Set(fresh.filter((line) => line.from.kind === "agent").map((line) => line.from.name));
  const { changes = [] } = frame;
  for (const change of changes) keys.add(ownKey(change));
  return {
    ...changes.reduce(onChange, { ...next, lines: [...held, ...fresh] }),
    pending: settle(next.pending, keys),
    typing: next.typing.filter((name) => !said.has(name)),
    caughtUp: next.caughtUp || (frame.catchUp && frame.complete),
  };
}

/** Only who said a line may change it; a new text for what is not there is a line by itself. */
function onChange(state: ChatState, { change, of, ...said }: LineChange): ChatState {
  const { lines } = state;
  const isMark = change === "read" || change === "delivered";
  const at = lines.findLastIndex(
    ({ id, key, ref, edited, from, by, service }) =>
      [id, key, ref, edited].includes(of) && (isMark || (from.kind === said.from.kind && by === said.by && !service)),
  );
  const line = lines[at];
  if (isMark)
    return line && at > lines.findIndex(({ id }) => id === state[change]) ? { ...state, [change]: line.id } : state;
  if (!line) {
    return change === "gone" || lines.some(({ id }) => id === said.id) ? state : { ...state, lines: [...lines, said] };
  }
  const now: LineView =
    change === "gone" ? { ...line, text: "", gone: true } : { ...line, text: said.text, edited: said.id };
  return line.gone ? state : { ...state, lines: lines.map((one) => (one === line ? now : one)) };
}

function onRefused(state: ChatState, { code, key, fields, againS = 0 }: Frame<"refused">): ChatState {
  if (key && state.pending.some((line) => line.key === key)) {
    // "Not in a session" is a matter of timing: the line waits for the session, ends with it, or fails by patience.
    const changed = code === "not-in-session" ? { epoch: HELD } : { failed: code };
    return { ...state, pending: state.pending.map((line) => (line.key === key ? { ...line, ...changed } : line)) };
  }
  const concerns = key ? isMessage(key) : ({ frame }: Want): boolean => frame.kind !== "leave-message";
  return {
    ...state,
    wants: state.wants.filter((one) => !concerns(one)),
    mistakes: fields ?? state.mistakes,
    notice: fields ? "" : code,
    noticeS: againS,
  };
}

const isMessage =
  (key: string) =>
  ({ frame }: Want): boolean =>
    frame.kind === "leave-message" && frame.key === key;

function isFulfilled({ frame }: Want, { phase }: VisitState): boolean {
  if (frame.kind === "join") return phase === "waiting" || phase === "talking";
  if (frame.kind === "cancel") return phase !== "waiting";
  return frame.kind === "end" && phase !== "talking";
}

function movement(before: VisitState, now: VisitState): "" | "up" | "back" | undefined {
  if (before.phase !== "waiting" || now.phase !== "waiting") return "";
  if (before.position === now.position || before.position === null || now.position === null) return undefined;
  return now.position < before.position ? "up" : "back";
}

const ownKey = ({ from, key }: Pick<LineView, "from" | "key">): string | undefined =>
  from.kind === "self" ? key : undefined;

const without = (names: string[], name: string): string[] => names.filter((one) => one !== name);
