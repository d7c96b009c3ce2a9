import { describe, expect, it } from "vitest";
import { chatsOf, loadOf, maxChatsOf, waitingSince } from "../../../component/domain/dispatcher.ts";
import type { Show } from "../../../component/domain/model.ts";
import { agent, device, Scene, START, visitor } from "./scene.ts";

const end = (scene: Scene, name: string, id: string) =>
  scene.tell({ type: "end-requested", request: id, by: device(name) });

describe("the choice of an agent", () => {
  it("falls on who has the fewest chats", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1").signIn("ben").join("r2");
    expect(scene.asked("r2")).toEqual([agent("ben")]);
  });

  it("counts chats in other workgroups", () => {
    const scene = new Scene().signIn("anna").signIn("ben");
    scene.elsewhere = (who) => ({ chats: who === agent("anna") ? 1 : 0, offers: 0 });
    expect(scene.join("r1").asked("r1")).toEqual([agent("ben")]);
  });

  it("falls, among equals, on who never declined this request", () => {
    const scene = new Scene().signIn("anna").join("r1").reject("anna", "r1").later(20);
    // Anna may be asked again by now, and stands first by name, but Cleo has not been asked yet.
    scene.elsewhere = () => ({ chats: 0, offers: 1 });
    scene.signIn("cleo");
    scene.elsewhere = () => ({ chats: 0, offers: 0 });
    expect(scene.tell({ type: "capacity-freed" }).asked("r1")).toEqual([agent("cleo")]);
  });

  it("falls then on whose last chat ended longest ago, and first on who had none", () => {
    const scene = new Scene().signIn("anna").signIn("ben").signIn("cleo");
    for (const [name, id] of [
      ["anna", "r1"],
      ["ben", "r2"],
    ] as const)
      end(scene.join(id).talk(name, id).later(1), name, id);
    expect(scene.join("r3").asked("r3")).toEqual([agent("cleo")]);
    expect(scene.join("r4").asked("r4")).toEqual([agent("anna")]);
    expect(scene.join("r5").asked("r5")).toEqual([agent("ben")]);
  });

  it("falls at last on the first by name", () => {
    expect(new Scene().signIn("cleo").signIn("ben").signIn("anna").join("r1").asked("r1")).toEqual([agent("anna")]);
  });
});

describe("an agent who must not be asked", () => {
  it.each<Show>(["away", "xa", "dnd"])("is one whose clients are all %s", (show) => {
    const scene = new Scene().signIn("ben").join("r0").signIn("anna", { show }).join("r1");
    expect(scene.phases).toEqual({ r0: "offered", r1: "queued" });
    expect(scene.show("anna", "chat").asked("r1")).toEqual([agent("anna")]);
  });

  it("is one who holds an undecided offer", () => {
    const scene = new Scene({ maxChats: 4 }).signIn("anna").join("r1").join("r2");
    expect(scene.phases).toEqual({ r1: "offered", r2: "queued" });
    expect(scene.accept("anna", "r1").asked("r2")).toEqual([agent("anna")]);
  });

  it("is one who holds an undecided offer in another workgroup", () => {
    const scene = new Scene().signIn("anna");
    scene.elsewhere = () => ({ chats: 0, offers: 1 });
    expect(scene.join("r1").phases).toEqual({ r1: "queued" });
    scene.elsewhere = () => ({ chats: 0, offers: 0 });
    expect(scene.tell({ type: "capacity-freed" }).asked("r1")).toEqual([agent("anna")]);
  });

  it("is one who has as many chats as he may, here and elsewhere together", () => {
    const scene = new Scene({ maxChats: 2 }).signIn("anna").join("r1").talk("anna", "r1");
    scene.elsewhere = () => ({ chats: 1, offers: 0 });
    expect(scene.join("r2").phases).toEqual({ r1: "in-session", r2: "queued" });
    expect(end(scene, "anna", "r1").asked("r2")).toEqual([agent("anna")]);
  });
});

describe("how many chats an agent may have", () => {
  const limits = { minChats: 1, maxChats: 4 };
  const most = (...wishes: (number | undefined)[]) => {
    const scene = new Scene(limits);
    wishes.forEach((maxChats, n) => {
      scene.signIn("anna", { resource: `d${n}`, ...(maxChats === undefined ? {} : { maxChats }) });
    });
    return maxChatsOf(scene.state, agent("anna"));
  };

  it.each([
    ["the default without a wish", [undefined], 4],
    ["the wish", [2], 2],
    ["no more than the highest allowed", [9], 4],
    ["no fewer than the lowest allowed", [0], 1],
    ["the highest wish of several devices", [1, 3, undefined], 3],
  ])("is %s", (_, wishes, expected) => {
    expect(most(...wishes)).toBe(expected);
  });

  it("changes with a later presence, and stays when that says nothing of it", () => {
    const scene = new Scene(limits).signIn("anna", { maxChats: 1 }).join("r1").talk("anna", "r1").join("r2");
    expect(scene.show("anna", "chat").phases).toEqual({ r1: "in-session", r2: "queued" });
    scene.tell({ type: "agent-changed", device: device("anna"), show: "chat", maxChats: 2 });
    expect(scene.asked("r2")).toEqual([agent("anna")]);
  });
});

describe("an agent for whom another workgroup's visitor waits", () => {
  const CAME = START + 5_000;
  /** Anna is with r1, and r2 has come five seconds later; elsewhere somebody waits since `since`. */
  const awaited = (since: number | null) => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").later(5).join("r2").later(5);
    scene.elsewhere = () => ({ chats: 0, offers: 0, waitingSince: () => since });
    return end(scene, "anna", "r1");
  };

  it("is left to that one who has waited longer", () => {
    const scene = awaited(CAME - 1);
    expect(scene.phases).toEqual({ r2: "queued" });
    expect(scene.effects("capacity-freed")).toEqual([{ type: "capacity-freed", agent: agent("anna") }]);
  });

  it.each([CAME, CAME + 1, null])("is taken by who has waited as long or longer here (%s)", (since) => {
    expect(awaited(since).phases).toEqual({ r2: "offered" });
  });

  it("is looked at again in a moment, and taken when nobody waits there any more", () => {
    const scene = awaited(CAME - 1);
    expect(scene.dueInS("dispatch")).toBe(0.2);
    scene.elsewhere = () => ({ chats: 0, offers: 0 });
    expect(scene.fire("dispatch").phases).toEqual({ r2: "offered" });
    expect(scene.dueInS("dispatch")).toBeNull();
  });

  it("is not missed by a visitor whom a colleague can take", () => {
    const scene = awaited(CAME - 1);
    scene.elsewhere = (jid) => ({ chats: 0, offers: 0, waitingSince: () => (jid === agent("anna") ? 0 : null) });
    expect(scene.signIn("ben").asked("r2")).toEqual([agent("ben")]);
  });

  it("is known by the first in the queue who may be offered to it, if it can take one more", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("ben").join("r1");
    const since = (name: string, chats = 0) => waitingSince(scene.state, agent(name), scene.now, chats);
    // Offered already, to Ben.
    expect(since("ben")).toBeNull();
    scene.later(1).join("r2").later(1).join("r3");
    expect(since("ben")).toBe(START + 1_000);
    expect(since("ben", 1)).toBeNull();
    expect(since("anna")).toBeNull();
    scene.accept("ben", "r1").opened("r1").enter("r1", device("ben")).show("ben", "away");
    expect(since("ben")).toBeNull();
  });
});

describe("an agent's load", () => {
  it("counts a chat from the accepted offer on, and colleagues in the room too", () => {
    const scene = new Scene().signIn("anna").join("r1");
    const load = () => loadOf(scene.state, agent("anna"));
    expect(load()).toEqual({ chats: 0, offers: 1 });
    scene.accept("anna", "r1");
    expect(load()).toEqual({ chats: 1, offers: 0 });
    scene.opened("r1");
    expect(load()).toEqual({ chats: 1, offers: 0 });
    scene.enter("r1", visitor("r1")).enter("r1", device("anna")).enter("r1", device("ben"));
    expect(load()).toEqual({ chats: 1, offers: 0 });
    expect(chatsOf(scene.state, agent("ben"))).toBe(1);
    end(scene, "anna", "r1");
    expect(load()).toEqual({ chats: 0, offers: 0 });
  });

  it("is announced when it changes, and when it is less so that others may ask", () => {
    const scene = new Scene().signIn("anna").join("r1");
    expect(scene.effects("agent-changed")).toEqual([{ type: "agent-changed", agent: agent("anna") }]);
    expect(scene.effects("capacity-freed")).toEqual([]);
    // An accepted offer is no longer undecided: another workgroup may ask.
    expect(scene.accept("anna", "r1").effects("capacity-freed")).toEqual([
      { type: "capacity-freed", agent: agent("anna") },
    ]);
    expect(scene.opened("r1").effects("agent-changed")).toEqual([]);
    // The same load, but colleagues see whom it is with.
    expect(scene.enter("r1", device("anna")).effects("agent-changed")).toHaveLength(1);
    expect(end(scene, "anna", "r1").effects("capacity-freed")).toEqual([
      { type: "capacity-freed", agent: agent("anna") },
    ]);
  });
});
