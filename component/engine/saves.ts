/** Carries out the saves of a step, each with the statement of its store, all inside one transaction. */
import type { SaveEffect } from "../domain/effects.ts";
import type { Device, WorkgroupState } from "../domain/model.ts";
import { saveDevices } from "../store/agents.ts";
import { deleteBlock, saveBlock } from "../store/blocks.ts";
import type { Queryable } from "../store/db.ts";
import { recordOffer } from "../store/offers.ts";
import { deleteHandover, endRequest, saveRequest } from "../store/requests.ts";
import { participantJoined, participantLeft, startSession } from "../store/sessions.ts";

/** An offer is saved with its request, whose phase holds it, and by itself when it is over. */
export const isStatement = ({ type }: SaveEffect): boolean => type !== "save-offer";

/** One statement each. `state` is the state after the step the effect belongs to. */
export async function save(tx: Queryable, state: WorkgroupState, effect: SaveEffect): Promise<void> {
  const workgroup = state.settings.node;
  switch (effect.type) {
    case "save-request":
      return saveRequest(tx, workgroup, effect.request);
    case "save-request-ended":
      return endRequest(tx, effect.request, effect.at, effect.reason, effect.by);
    case "save-offer":
      return;
    case "save-offer-ended":
      return recordOffer(tx, effect.request, effect.offer, effect.at, effect.outcome);
    case "save-session-started":
      return startSession(tx, effect.request, effect.agent, effect.at);
    case "save-participant-joined":
      return participantJoined(tx, effect.request, effect);
    case "save-participant-left":
      return participantLeft(tx, effect.request, effect.jid, effect.at);
    case "save-devices":
      return saveDevices(tx, workgroup, effect.agent, devicesToFind(state, effect.agent));
    case "save-handover-decided":
      return deleteHandover(tx, effect.request);
    case "save-blocked":
      return saveBlock(tx, workgroup, effect.block);
    case "save-unblocked":
      return deleteBlock(tx, workgroup, effect.visitor);
  }
}

/** Ordinary clients are found again by a probe of their account. */
const devicesToFind = (state: WorkgroupState, agent: string): Device[] =>
  (state.agents.get(agent)?.devices ?? []).filter(({ plain }) => !plain);
