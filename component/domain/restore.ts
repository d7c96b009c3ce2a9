/** After a restart: what to make of requests as they were saved. */
import { conclude, noteChatsEnded } from "./conclusion.ts";
import { begin, type Decision, put } from "./decision.ts";
import { BY_SERVICE, end } from "./endings.ts";
import { restored } from "./handovers.ts";
import { awaitRoom } from "./lifecycle.ts";
import type { Elsewhere, Request, WorkgroupState } from "./model.ts";
import { closeOffers, interrupted } from "./offers.ts";
import { needsAgent } from "./queue.ts";
import { dispatch } from "./routing.ts";
import { giveUp, tellHeld, waitAnew } from "./seeking.ts";
import type { Step } from "./step.ts";

const nowhere: Elsewhere = () => ({ chats: 0, offers: 0 });

/**
 * `state` holds the requests as they were saved, and no agents: those sign in anew. Offers are withdrawn, the queue
 * stands in its old order, accepted requests wait for `link-established`, and in sessions both sides are away from now on
 * until the room is seen. All timers start.
 */
export function restore(state: WorkgroupState, at: number, elsewhere: Elsewhere = nowhere): Step {
  const d = begin({ ...state, dispatchAt: null }, at, elsewhere);
  d.unarmed = true;
  for (const request of state.requests.values()) {
    d.touched.add(request.id);
    restoreRequest(d, request);
  }
  noteChatsEnded(d);
  dispatch(d);
  giveUp(d);
  return conclude(d);
}

function restoreRequest(d: Decision, request: Request): void {
  if (request.handover) {
    if (needsAgent(request)) closeOffers(d, request, "withdrawn");
    tellHeld(d, waitAnew(d, request));
    return;
  }
  const { phase } = request;
  switch (phase.name) {
    case "queued":
    case "offered": {
      if (d.state.removed) {
        end(d, request, "workgroup-closed", BY_SERVICE);
        return;
      }
      closeOffers(d, request, "withdrawn");
      // While we were away nobody could take it: it gets time for one offer at least.
      const deadlineAt = Math.max(request.deadlineAt, d.at + d.state.settings.offerTimeoutS * 1000);
      put(d, { ...interrupted(request), deadlineAt });
      return;
    }
    case "opening-room":
    case "inviting":
      awaitRoom(d, request);
      return;
    case "in-session":
      put(d, {
        ...restored(d, request),
        phase: { ...phase, agentAwayAt: d.at, agentLeft: null, visitorAwayAt: d.at, visitorLost: true },
      });
  }
}
