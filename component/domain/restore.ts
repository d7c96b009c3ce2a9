/** After a restart: what to make of requests as they were saved. */
import { conclude, noteChatsEnded } from "./conclusion.ts";
import { begin, type Decision, put } from "./decision.ts";
import { BY_SERVICE, end } from "./endings.ts";
import { awaitRoom } from "./lifecycle.ts";
import type { Elsewhere, Request, WorkgroupState } from "./model.ts";
import { closeOffers } from "./offers.ts";
import { occupantsOf } from "./people.ts";
import { dispatch } from "./routing.ts";
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
  return conclude(d);
}

function restoreRequest(d: Decision, request: Request): void {
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
      put(d, { ...request, deadlineAt, unreachable: null, phase: { name: "queued", occupants: occupantsOf(request) } });
      return;
    }
    case "opening-room":
    case "inviting":
      awaitRoom(d, request);
      return;
    case "in-session":
      put(d, {
        ...request,
        phase: { ...phase, agentAwayAt: d.at, agentLeft: null, visitorAwayAt: d.at, visitorLost: true },
      });
  }
}
