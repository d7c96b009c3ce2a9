import { describe, expect, it } from "vitest";
import type { Action } from "../../../agent-ui/state/actions.ts";
import { openOffers } from "../../../agent-ui/state/select.ts";
import { offer, opened, run, signedIn } from "../support/state.ts";

const received = (more = {}): Action => ({ type: "offer-received", offer: offer(more) });
const phases = (...actions: Action[]) => run(signedIn(), received(), ...actions).offers.map(({ phase }) => phase.name);
const tick = (at: number): Action => ({ type: "tick", at });
const gone = (at: number): Action => ({ type: "offer-gone", id: "s1", why: "Ben took this chat.", at });

describe("an offer", () => {
  it.each<[string, Action[], string[]]>([
    ["is open when it arrives", [], ["open"]],
    ["is there once when it comes twice", [received()], ["open"]],
    [
      "waits for the service while it is answered",
      [{ type: "offer-answering", id: "s1", accepted: true }],
      ["answering"],
    ],
    [
      "is open again when the answer could not leave",
      [
        { type: "offer-answering", id: "s1", accepted: true },
        { type: "offer-reopened", id: "s1" },
      ],
      ["open"],
    ],
    ["goes at once when it was declined", [{ type: "offer-declined", id: "s1" }], []],
    ["waits for the room when it was accepted", [{ type: "offer-opening", id: "s1", at: 5 }], ["opening"]],
    ["becomes a chat", [{ type: "offer-opening", id: "s1", at: 5 }, opened({}, true)], []],
    ["says why it goes", [gone(5000)], ["gone"]],
    ["still says so just before three seconds", [gone(5000), tick(7999)], ["gone"]],
    ["is gone after three seconds", [gone(5000), tick(8000)], []],
    ["does not come back to life by a late answer", [gone(5000), { type: "offer-reopened", id: "s1" }], ["gone"]],
    ["waits for the service's word past its time", [tick(21_000)], ["open"]],
    ["runs out by itself when no word comes", [tick(22_001)], ["gone"]],
    ["does not wait for an invitation for ever", [{ type: "offer-opening", id: "s1", at: 0 }, tick(20_001)], ["gone"]],
    [
      "is open again when the link is lost while it was answered",
      [
        { type: "offer-answering", id: "s1", accepted: true },
        { type: "link-lost", at: 1 },
      ],
      ["open"],
    ],
    [
      "stays over a resumed session",
      [
        { type: "link-lost", at: 1 },
        { type: "link-up", at: 2, resumed: true },
      ],
      ["open"],
    ],
    [
      "goes with a session that could not be resumed",
      [
        { type: "link-lost", at: 1 },
        { type: "link-up", at: 2, resumed: false },
      ],
      [],
    ],
    ["is none of anybody's who has signed out", [{ type: "signed-out", problem: null }], []],
  ])("%s", (_, actions, expected) => {
    expect(phases(...actions)).toEqual(expected);
  });

  it("keeps the state as it is when time changes nothing", () => {
    const state = run(signedIn(), received());
    expect(run(state, tick(1000)).offers).toBe(state.offers);
  });
});

describe("several offers", () => {
  it("stand in the order of their arrival, and only open ones call", () => {
    const state = run(signedIn(), received(), received({ id: "s2", session: "s2" }), gone(0));
    expect(state.offers.map(({ id }) => id)).toEqual(["s1", "s2"]);
    expect(openOffers(state).map(({ id }) => id)).toEqual(["s2"]);
  });
});
