/** A session: from the open room to its end. */
import { type Decision, type Of, put, refuse } from "./decision.ts";
import { BY_SERVICE, BY_VISITOR, backToHead, end } from "./endings.ts";
import { averageWith } from "./estimates.ts";
import type { Request } from "./model.ts";
import { recallAccepted, withRejection } from "./offers.ts";
import { saveParticipants } from "./participants.ts";
import { agentOf, bareOf, isInRoom, isSignedInAnywhere, occupantsOf, refusalOf, roleOf } from "./people.ts";

/** After so many failures the visitor is not made to wait for a room any longer. */
const MOST_ROOM_FAILURES = 3;

/** The room stands: both sides are invited. R-44: not a moment earlier. */
export function roomOpened(d: Decision, { request: id }: Of<"room-opened">): void {
  const request = d.state.requests.get(id);
  if (!request || request.handover) return;
  const { phase } = request;
  if (phase.name !== "opening-room") {
    if (request.room !== "open") put(d, { ...request, room: "open" });
    return;
  }
  const joinBy = d.at + d.state.settings.agentJoinTimeoutS * 1000;
  const occupants = occupantsOf(request);
  const inviting = put(d, { ...request, room: "open", phase: { ...phase, name: "inviting", joinBy, occupants } });
  d.words.push({ type: "invite-agent", request: inviting, device: phase.device });
  d.words.push({ type: "invite-visitor", request: inviting });
  // The agent may have sat there all along, waiting for somebody to take the visitor.
  if (isInRoom(inviting, phase.agent)) startSession(d, inviting, phase.agent);
}

/** The room could not be made, or our seat in it could not be taken again. */
export function roomFailed(d: Decision, { request: id }: Of<"room-failed">): void {
  const request = d.state.requests.get(id);
  if (request?.phase.name !== "opening-room" && request?.phase.name !== "in-session") return;
  const roomFailures = (request.roomFailures ?? 0) + 1;
  if (roomFailures >= MOST_ROOM_FAILURES) {
    end(d, request, "room-failed", BY_SERVICE);
    return;
  }
  if (request.phase.name === "in-session") {
    put(d, { ...request, roomFailures });
    return;
  }
  recallAccepted(d, request, "withdrawn");
  backToHead(d, { ...request, roomFailures });
}

/** The agent who accepted did not enter the room in time. */
export function agentStayedAway(d: Decision, request: Request): void {
  const agent = agentOf(request);
  if (request.phase.name !== "inviting" || agent === null) return;
  recallAccepted(d, request, "expired");
  backToHead(d, withRejection(d, request, agent));
}

/** The talk begins, for the first time or with another agent. A visitor who is not there yet is away from now. */
export function startSession(d: Decision, request: Request, agent: string): Request {
  const occupants = occupantsOf(request);
  const isVisitorThere = occupants.some(({ jid }) => roleOf(d.state, request, jid) === "visitor");
  if (request.served.length === 0) {
    d.state = { ...d.state, averageWaitMs: averageWith(d.state.averageWaitMs, Math.max(0, d.at - request.joinedAt)) };
  }
  d.saves.push({ type: "save-session-started", request: request.id, agent, at: d.at });
  return put(d, {
    ...request,
    served: withServed(request, agent),
    unreachable: null,
    roomFailures: 0,
    phase: {
      name: "in-session",
      agent,
      occupants,
      startedAt: d.at,
      agentAwayAt: null,
      visitorAwayAt: isVisitorThere ? null : d.at,
      agentLeft: null,
      visitorLost: !isVisitorThere,
    },
  });
}

/** Who served this request, with one more. */
export const withServed = ({ served }: Request, agent: string): readonly string[] =>
  served.includes(agent) ? served : [...served, agent];

/**
 * The agent's time to return is over. One whose device stayed signed in meant to leave, and the session ends; one who
 * was lost is replaced: the visitor goes to the head of the queue, and stays in the room.
 */
export function agentStaysAway(d: Decision, request: Request): void {
  const { phase } = request;
  if (phase.name !== "in-session" || phase.agentAwayAt === null) return;
  // A client that was signed in to another workgroup only has its end told there.
  if (phase.agentLeft && !isSignedInAnywhere(d, phase.agentLeft)) {
    put(d, { ...request, phase: { ...phase, agentLeft: null } });
    return;
  }
  if (phase.agentLeft) {
    end(d, request, "agent-ended", { kind: "agent", jid: phase.agent });
    return;
  }
  if (d.state.removed) {
    end(d, request, "workgroup-closed", BY_SERVICE);
    return;
  }
  const unreachable =
    phase.visitorAwayAt === null ? null : { at: phase.visitorAwayAt, lost: phase.visitorLost ?? true };
  // After a restart an agent may still be listed whom nobody has seen since.
  const occupants = phase.occupants.filter(({ jid }) => roleOf(d.state, request, jid) !== "agent");
  saveParticipants(d, request, occupants);
  backToHead(d, { ...request, unreachable, phase: { ...phase, occupants } });
  const requeued = d.state.requests.get(request.id);
  if (requeued) d.words.push({ type: "tell-requeued", request: requeued });
}

/** The visitor's time to return is over, in a session or while waiting. */
export function visitorStaysAway(d: Decision, request: Request): void {
  const { phase, unreachable } = request;
  const isLost = phase.name === "in-session" ? (phase.visitorLost ?? true) : (unreachable?.lost ?? true);
  end(d, request, isLost ? "visitor-lost" : "visitor-left", BY_VISITOR);
}

/** The visitor, or an agent of this session, ends it. */
export function endRequested(d: Decision, { request: id, by }: Of<"end-requested">): void {
  const request = d.state.requests.get(id);
  if (!request || request.handover) {
    refuse(d, { code: "no-such-session" });
    return;
  }
  const role = roleOf(d.state, request, by);
  if (role === "visitor") {
    // Without a room there is no session yet: the visitor only gives up waiting.
    end(d, request, request.room === "open" ? "visitor-ended" : "visitor-cancelled", BY_VISITOR);
    return;
  }
  const agent = bareOf(by);
  if (role !== "agent" || !(agentOf(request) === agent || isInRoom(request, agent))) {
    refuse(d, refusalOf(d.state, request, by));
    return;
  }
  end(d, request, "agent-ended", { kind: "agent", jid: agent });
}
