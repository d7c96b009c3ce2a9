/** The record of who was in a session's room, and when. */
import type { Decision } from "./decision.ts";
import type { Occupant, Request } from "./model.ts";
import { occupantsOf, roleOf } from "./people.ts";

/** Records who is in the room now and was not, and the other way round. */
export function saveParticipants(d: Decision, request: Request, occupants: readonly Occupant[]): void {
  const before = occupantsOf(request);
  const { at } = d;
  for (const { jid, nick } of occupants) {
    const role = roleOf(d.state, request, jid);
    if (!role || before.some((one) => one.jid === jid)) continue;
    d.saves.push({ type: "save-participant-joined", request: request.id, jid, nick, role, at });
  }
  // Whatever they are by now: an agent may have been taken off the list while in the room.
  for (const { jid } of before) {
    if (!occupants.some((one) => one.jid === jid)) {
      d.saves.push({ type: "save-participant-left", request: request.id, jid, at });
    }
  }
}
