/**
 * The state machine of a workgroup (architecture, "An offer"). `step` takes what happened and says what is so now and
 * what is to be done. It knows no clock, no chance and no I/O. Late, doubled and unexpected events are normal input.
 */
import { changed, signedIn, signedOut } from "./agents.ts";
import { acknowledged, answered, expired, unacknowledged, undelivered } from "./answers.ts";
import { conclude, noteChatsEnded } from "./conclusion.ts";
import { begin, type Decision } from "./decision.ts";
import * as desk from "./desk.ts";
import type { Timer, WorkgroupEvent } from "./events.ts";
import * as handovers from "./handovers.ts";
import { linkEstablished, linkLost, removed, settingsChanged } from "./lifecycle.ts";
import type { Elsewhere, WorkgroupState } from "./model.ts";
import * as occupants from "./occupants.ts";
import { deadlinePassed, departed, joined, reachable, unreachable, wordsAdded } from "./requests.ts";
import { dispatch } from "./routing.ts";
import * as seeking from "./seeking.ts";
import { agentStayedAway, agentStaysAway, endRequested, roomFailed, roomOpened, visitorStaysAway } from "./sessions.ts";
import { refused, type Step } from "./step.ts";
import { timerKey, timersOf } from "./timers.ts";

export { availability } from "./availability.ts";
export { chatsOf, loadOf, maxChatsOf } from "./capacity.ts";
export { expectedWaitMs } from "./estimates.ts";
export { initialState } from "./lifecycle.ts";
export { findByPerson, findByVisitor, isWaiting, positionOf, queueOrder } from "./queue.ts";
export { restore } from "./restore.ts";
export { waitingSince } from "./selection.ts";
export { ACKNOWLEDGE_MS, SETTLE_MS, timerKey } from "./timers.ts";

/** What an event makes of a workgroup. With a refusal the state is unchanged and there are no effects. */
export function step(state: WorkgroupState, event: WorkgroupEvent, elsewhere: Elsewhere): Step {
  const d = begin(state, event.at, elsewhere);
  decide(d, event);
  if (d.refusal) return refused(state, d.refusal);
  noteChatsEnded(d);
  dispatch(d);
  seeking.giveUp(d);
  return conclude(d);
}

function decide(d: Decision, event: WorkgroupEvent): void {
  switch (event.type) {
    case "settings-changed":
      settingsChanged(d, event);
      return;
    case "workgroup-removed":
      removed(d);
      return;
    case "join-requested":
      joined(d, event);
      return;
    case "words-added":
      wordsAdded(d, event);
      return;
    case "depart-requested":
      departed(d, event);
      return;
    case "visitor-unreachable":
      unreachable(d, event);
      return;
    case "visitor-reachable":
      reachable(d, event);
      return;
    case "agent-signed-in":
      signedIn(d, event);
      return;
    case "agent-changed":
      changed(d, event);
      return;
    case "agent-signed-out":
      signedOut(d, event);
      return;
    case "offer-acknowledged":
      acknowledged(d, event);
      return;
    case "offer-undelivered":
      undelivered(d, event);
      return;
    case "offer-answered":
      answered(d, event);
      return;
    case "room-opened":
      roomOpened(d, event);
      return;
    case "room-failed":
      roomFailed(d, event);
      return;
    case "occupant-joined":
      occupants.joined(d, event);
      return;
    case "occupant-left":
      occupants.left(d, event);
      return;
    case "occupants-known":
      occupants.known(d, event);
      return;
    case "end-requested":
      endRequested(d, event);
      return;
    case "handover-requested":
      handovers.requested(d, event);
      return;
    case "take-requested":
      desk.taken(d, event);
      return;
    case "monitor-requested":
      desk.monitored(d, event);
      return;
    case "invitation-declined":
      desk.declined(d, event);
      return;
    case "block-requested":
      desk.blocked(d, event);
      return;
    case "unblock-requested":
      desk.unblocked(d, event);
      return;
    case "visitor-erased":
      desk.erased(d, event);
      return;
    case "handover-sought":
      seeking.sought(d, event);
      return;
    case "handover-closed":
      seeking.closed(d, event);
      return;
    case "handover-declined":
      seeking.declinedAfterAll(d, event);
      return;
    case "handover-held":
      handovers.held(d, event);
      return;
    case "handover-accepted":
      handovers.accepted(d, event);
      return;
    case "handover-failed":
      handovers.failed(d, event);
      return;
    case "link-lost":
      linkLost(d);
      return;
    case "link-established":
      linkEstablished(d);
      return;
    case "timer-fired":
      timerFired(d, event.timer);
      return;
    case "capacity-freed":
      // Nothing to decide: every step ends by bringing together who waits and who is free.
      return;
  }
}

/** A timer counts only if it is still needed and its instant has come. One that came too early is started again. */
function timerFired(d: Decision, timer: Timer): void {
  d.fired = timer;
  if (timer.kind === "dispatch") return;
  const request = d.state.requests.get(timer.request);
  const needed = request && timersOf(request, d.state.settings).get(timerKey(timer));
  if (!needed || needed.fireAt > d.at) return;
  switch (timer.kind) {
    case "offer":
      expired(d, request);
      return;
    case "acknowledgement":
      unacknowledged(d, timer.request, timer.offer);
      return;
    case "deadline":
      deadlinePassed(d, request);
      return;
    case "agent-join":
      agentStayedAway(d, request);
      return;
    case "agent-grace":
      agentStaysAway(d, request);
      return;
    case "visitor-grace":
      visitorStaysAway(d, request);
      return;
    case "handover":
      handovers.notJoined(d, request, timer.handover);
      return;
  }
}
