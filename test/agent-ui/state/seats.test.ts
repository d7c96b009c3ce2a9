import { describe, expect, it } from "vitest";
import type { Action, SeenOccupant } from "../../../agent-ui/state/actions.ts";
import type { Role } from "../../../agent-ui/state/model.ts";
import { visitorIsHere } from "../../../agent-ui/state/seats.ts";
import {
  ANNA,
  arrived,
  BEN,
  chatOf,
  JOHN,
  line,
  opened,
  ROOM,
  run,
  SERVICE,
  SUPPORT,
  seated,
  signedIn,
  talking,
} from "../support/state.ts";

const someone = (nick: string): SeenOccupant => ({ nick, occupantId: `o-${nick}`, owner: false, self: false });
const came = (occupant: SeenOccupant): Action => ({ type: "occupant-came", room: ROOM, at: 9000, occupant });
const left = (nick: string, lost = false): Action => ({ type: "occupant-left", room: ROOM, at: 9000, nick, lost });
const events = (...actions: Action[]) =>
  chatOf(run(talking(), ...actions)).lines.flatMap((one) =>
    "from" in one && one.kind !== "said" ? [`${one.kind} ${one.from.nick}`] : [],
  );

describe("who is who in a room", () => {
  const roles = (name: string, occupants: SeenOccupant[], colleagues = ["Ben"]): Record<string, Role> => {
    const state = run(
      signedIn(),
      { type: "workgroup-told", jid: SUPPORT, facts: { colleagues } },
      opened({ metadata: name === "" ? {} : { username: [name] } }),
      seated(occupants),
    );
    return Object.fromEntries([...chatOf(state).occupants.values()].map(({ nick, role }) => [nick, role]));
  };

  it("shows by seat and name", () => {
    expect(roles("John", [JOHN, BEN, SERVICE, ANNA])).toEqual({
      John: "visitor",
      Ben: "colleague",
      Support: "service",
      Anna: "me",
    });
  });

  it.each([
    ["a name that was taken", "John", "John 2"],
    ["no name", "", "Visitor"],
    ["no name, and one such was there", "", "Visitor 2"],
    ["other case and width", "JOHN", "john"],
    ["a name cut to the length of a nick", "x".repeat(60), "x".repeat(40)],
    ["spaces and invisible marks in the name", " Jo\u200B hn  B ", "Jo hn B"],
    ["a client and a nick of their own", "John", "the_real_jc"],
  ])("finds the visitor with %s", (_, name, nick) => {
    expect(roles(name, [SERVICE, someone(nick), BEN, ANNA])[nick]).toBe("visitor");
  });

  it("takes a stranger for a colleague when the visitor is there, whatever the order", () => {
    expect(roles("John", [someone("Zoe"), JOHN, SERVICE, ANNA], []).Zoe).toBe("colleague");
    expect(roles("John", [JOHN, someone("Zoe"), SERVICE, ANNA], []).Zoe).toBe("colleague");
  });

  it("takes a visitor who is called like the agent for the visitor", () => {
    expect(roles("Anna", [SERVICE, ANNA, someone("Anna 2")])).toMatchObject({ Anna: "me", "Anna 2": "visitor" });
  });

  it("knows those who are gone by their archived lines", () => {
    const state = run(
      signedIn(),
      opened(),
      seated([SERVICE, ANNA]),
      arrived(line(someone("Zoe"), "Good day", 1), line(JOHN, "Hi", 2)),
    );
    const said = chatOf(state).lines.map((one) => ("from" in one ? one.from.role : ""));
    expect(said).toEqual(["colleague", "visitor"]);
  });
});

describe("coming and going", () => {
  it("tells that the visitor left, was lost, and came back", () => {
    expect(events(left("John"), came(JOHN))).toEqual(["left John", "returned John"]);
    expect(events(left("John", true), came(JOHN))).toEqual(["lost John", "returned John"]);
  });

  it("tells that a colleague came and left", () => {
    expect(events(came(BEN), left("Ben"))).toEqual(["came Ben", "left Ben"]);
  });

  it("is silent about the service, ourselves, second devices and people nobody knew", () => {
    expect(events(left("Support"), came(SERVICE), came(ANNA), came(JOHN), left("Nobody"))).toEqual([]);
  });

  it("tells after a break what changed meanwhile, and nothing at the first entry", () => {
    expect(events()).toEqual([]);
    expect(events({ type: "seat-lost", room: ROOM }, seated([SERVICE, ANNA, BEN]))).toEqual(["left John", "came Ben"]);
    expect(events({ type: "seat-lost", room: ROOM }, seated([SERVICE, ANNA, JOHN]))).toEqual([]);
  });

  it("says whether the visitor is here", () => {
    expect(visitorIsHere(chatOf(talking()))).toBe(true);
    expect(visitorIsHere(chatOf(run(talking(), left("John"))))).toBe(false);
  });

  it("follows a new name", () => {
    const state = run(
      talking(),
      { type: "occupant-renamed", room: ROOM, nick: "John", newNick: "Johnny" },
      arrived({ ...line(JOHN, "It is me", 5), nick: "Johnny" }),
    );
    expect(chatOf(state).lines.at(-1)).toMatchObject({ from: { role: "visitor", nick: "Johnny" } });
  });
});

describe("the end of a chat", () => {
  const ended = (name: string): Action => ({ type: "chat-ended", room: ROOM, at: 8000, end: { by: "agent", name } });

  it("is told by whom, empties the room, and comes once", () => {
    const state = run(talking(), arrived(line(JOHN, "Hi", 3)), ended("Ben"), ended("Anna"));
    expect(chatOf(state)).toMatchObject({ ended: { by: "agent", name: "Ben", at: 8000 }, waitingSince: null });
    expect(chatOf(state).occupants.size).toBe(0);
  });

  it("knows its own agent", () => {
    expect(chatOf(run(talking(), ended("Anna"))).ended?.by).toBe("me");
  });

  it("leaves the chat to read until it is put away", () => {
    const state = run(talking(), { type: "chat-selected", room: ROOM }, ended("Anna"));
    expect([...state.chats.keys()]).toEqual([ROOM]);
    expect(run(state, { type: "chat-closed", room: ROOM })).toMatchObject({ activeRoom: null, chats: new Map() });
  });
});
