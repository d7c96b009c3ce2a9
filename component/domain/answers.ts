/** What comes of an offer: delivered or not, answered or not. */
import { signOutDevice } from "./agents.ts";
import { type Decision, type Of, put, refuse } from "./decision.ts";
import type { OfferRef } from "./events.ts";
import type { Offer, Request } from "./model.ts";
import { closeForTaker, closeOffer, offersOf } from "./offers.ts";
import { agentOf, bareOf, isConfigured, isSignedIn, occupantsOf } from "./people.ts";
import { RequestBook } from "./request-book.ts";
import { acceptSought } from "./seeking.ts";

const names = (ref: OfferRef, { id, visitor, handover }: Request): boolean =>
  "id" in ref
    ? ref.id === id || ref.id === handover?.session
    : ref.visitor === visitor || ref.visitor === bareOf(visitor);

/** an answer names the offer by request or session id, which are one save for a handover, or by the visitor. */
export function answered(d: Decision, { device, offer: ref, accepted }: Of<"offer-answered">): void {
  const agent = bareOf(device);
  for (const request of RequestBook.of(d.state.requests).engaged()) {
    const offer = offersOf(request).find((one) => one.agent === agent && (names(ref, request) || isNamed(ref, one)));
    if (!offer || !(offer.devices.includes(device) || isSignedIn(d.state, device))) continue;
    if (accepted) accept(d, request, offer, device);
    else {
      const showing = offer.devices.filter((jid) => jid !== device);
      closeOffer(d, request, offer, "rejected", { showing, remember: true });
    }
    return;
  }
  answeredTooLate(d, device, ref, accepted);
}

const isNamed = (ref: OfferRef, { id }: Offer): boolean => "id" in ref && ref.id === id;

function accept(d: Decision, request: Request, offer: Offer, device: string): void {
  if (request.handover) {
    acceptSought(d, request, offer, device);
    return;
  }
  closeForTaker(d, request, offer.agent, device);
  const occupants = occupantsOf(request);
  const phase = { name: "opening-room", agent: offer.agent, device, offer, occupants } as const;
  d.words.push({ type: "open-room", request: put(d, { ...request, phase }) });
}

/** who accepts too late is told, so that the pop-up closes. Doubled answers and late refusals harm nobody. */
function answeredTooLate(d: Decision, device: string, ref: OfferRef, accepted: boolean): void {
  const named = [...d.state.requests.values()].filter((one) => names(ref, one));
  const ended = d.state.recentlyEnded.findLast(({ id, visitor }) =>
    "id" in ref ? ref.id === id : ref.visitor === visitor || ref.visitor === bareOf(visitor),
  );
  const id = named[0]?.id ?? ended?.id;
  if (id === undefined || !isConfigured(d.state, bareOf(device))) {
    refuse(d, { code: "no-such-offer" });
    return;
  }
  if (accepted && !named.some((one) => hasTaken(one, device))) refuse(d, { code: "offer-gone", request: id });
}

function hasTaken(request: Request, device: string): boolean {
  const { phase } = request;
  if (phase.name === "opening-room" || phase.name === "inviting") return phase.device === device;
  return agentOf(request) === bareOf(device) && occupantsOf(request).some(({ jid }) => jid === device);
}

function findOffer(d: Decision, id: string, offerId: string): { request: Request; offer: Offer } | undefined {
  const request = d.state.requests.get(id);
  const offer = request && offersOf(request).find((one) => one.id === offerId);
  return request && offer && { request, offer };
}

const withOffer = (d: Decision, request: Request, offer: Offer): Request =>
  put(d, {
    ...request,
    phase: {
      name: "offered",
      offers: offersOf(request).map((one) => (one.id === offer.id ? offer : one)),
      occupants: occupantsOf(request),
    },
  });

/** Reference R-08: the client has the offer. Not yet a person's answer. */
export function acknowledged(d: Decision, { request: id, offer: offerId, device }: Of<"offer-acknowledged">): void {
  const found = findOffer(d, id, offerId);
  if (!found?.offer.devices.includes(device) || found.offer.acknowledged.includes(device)) return;
  withOffer(d, found.request, { ...found.offer, acknowledged: [...found.offer.acknowledged, device] });
}

/** a device that cannot be reached with an offer is signed out. Others of the agent still show the offer. */
export function undelivered(d: Decision, { request: id, offer: offerId, device }: Of<"offer-undelivered">): void {
  const found = findOffer(d, id, offerId);
  if (!found?.offer.devices.includes(device)) return;
  withOffer(d, found.request, { ...found.offer, failed: [...found.offer.failed, device] });
  signOutDevice(d, device, "undeliverable");
}

/** No client has said that the offer arrived: others are asked, this agent not for a while. It stays signed in. */
export function unacknowledged(d: Decision, id: string, offerId: string): void {
  const found = findOffer(d, id, offerId);
  if (found) closeOffer(d, found.request, found.offer, "undeliverable", { remember: true });
}

/** Time is up for those offers of a request that were sent long enough ago; counts as a refusal. */
export function expired(d: Decision, request: Request): void {
  for (const offer of offersOf(request)) {
    const now = d.state.requests.get(request.id);
    if (now && offer.expiresAt <= d.at) closeOffer(d, now, offer, "expired", { remember: true });
  }
}
