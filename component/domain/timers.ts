/**
 * Which timers a request needs follows from the request alone. A step starts and stops what differs from before, and a
 * timer that fires early, late or twice is judged by the same reckoning: it counts when its instant has come.
 */
import type { Timer } from "./events.ts";
import { isHandedOver } from "./handovers.ts";
import type { Request, WorkgroupSettings } from "./model.ts";

/** How long some device has to acknowledge that an offer arrived. */
export const ACKNOWLEDGE_MS = 5_000;

/**
 * How long after leaving a room a device must stay signed in for its leaving to count as meant. When a connection
 * breaks, the server tells the room and us in either order.
 */
export const SETTLE_MS = 2_000;

export type Armed = { timer: Timer; fireAt: number };

/** One name per timer: starting a timer whose name is running already replaces it. */
export function timerKey(timer: Timer): string {
  switch (timer.kind) {
    case "dispatch":
      return "dispatch";
    case "acknowledgement":
      return `acknowledgement:${timer.request}:${timer.offer}`;
    case "handover":
      return `handover:${timer.request}:${timer.handover}`;
    default:
      return `${timer.kind}:${timer.request}`;
  }
}

/** The timers a request needs as it stands, by name. */
export function timersOf(request: Request, settings: WorkgroupSettings): Map<string, Armed> {
  return new Map(needed(request, settings).map((armed) => [timerKey(armed.timer), armed]));
}

function needed(of: Request, settings: WorkgroupSettings): Armed[] {
  const { id: request, phase, deadlineAt, unreachable, handovers = [] } = of;
  const visitorGrace = (at: number): Armed => ({
    timer: { kind: "visitor-grace", request },
    fireAt: at + settings.visitorGraceS * 1000,
  });
  const unreached = unreachable ? [visitorGrace(unreachable.at)] : [];
  const deadline: Armed = { timer: { kind: "deadline", request }, fireAt: deadlineAt };
  switch (phase.name) {
    case "queued":
      return [deadline, ...unreached];
    case "offered": {
      const silent = phase.offers.filter(({ acknowledged }) => acknowledged.length === 0);
      return [
        { timer: { kind: "offer", request }, fireAt: Math.min(...phase.offers.map(({ expiresAt }) => expiresAt)) },
        ...silent.map((offer): Armed => {
          return {
            timer: { kind: "acknowledgement", request, offer: offer.id },
            fireAt: offer.sentAt + ACKNOWLEDGE_MS,
          };
        }),
        deadline,
        ...unreached,
      ];
    }
    case "opening-room":
      return unreached;
    case "inviting":
      return [{ timer: { kind: "agent-join", request }, fireAt: phase.joinBy ?? 0 }, ...unreached];
    case "in-session": {
      const wait = phase.agentLeft ? SETTLE_MS : settings.agentGraceS * 1000;
      return [
        ...handovers.map(({ id, until }): Armed => {
          return { timer: { kind: "handover", request, handover: id }, fireAt: until };
        }),
        // While somebody is about to take the talk over, its agent may be gone.
        ...(phase.agentAwayAt === null || isHandedOver(of)
          ? []
          : [{ timer: { kind: "agent-grace", request } as const, fireAt: phase.agentAwayAt + wait }]),
        ...(phase.visitorAwayAt === null ? [] : [visitorGrace(phase.visitorAwayAt)]),
      ];
    }
  }
}
