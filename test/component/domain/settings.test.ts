import { describe, expect, it } from "vitest";
import type { WorkgroupSettings } from "../../../component/domain/model.ts";
import { agent, device, Scene, settings, visitor } from "./scene.ts";

const change = (scene: Scene, overrides: Partial<WorkgroupSettings>) =>
  scene.tell({ type: "settings-changed", settings: settings(overrides) });

const only = (...names: string[]) => names.map((name) => ({ jid: agent(name), name }));

describe("new settings", () => {
  it("that are the same change nothing", () => {
    const scene = new Scene().signIn("anna").join("r1");
    expect(change(scene, {}).last.effects).toEqual([]);
  });

  it("that close the workgroup let those be served who wait already", () => {
    const scene = new Scene().signIn("anna").join("r1").join("r2");
    change(scene, { open: false });
    expect(scene.phases).toEqual({ r1: "offered", r2: "queued" });
    scene.accept("anna", "r1");
    expect(scene.asked("r2")).toEqual([agent("anna")]);
    expect(scene.join("r3").last.refusal).toEqual({ code: "closed" });
  });

  it("that rename an agent are told to colleagues", () => {
    const scene = change(new Scene().signIn("anna"), { agents: [{ jid: agent("anna"), name: "Anna B." }] });
    expect(scene.state.agents.get(agent("anna"))?.name).toBe("Anna B.");
    expect(scene.types()).toEqual(["save-devices", "agent-changed"]);
  });

  it("that allow more chats bring those who wait to the agents", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").talk("anna", "r1").join("r2");
    change(scene, { maxChats: 2 });
    expect(scene.asked("r2")).toEqual([agent("anna")]);
  });

  it("that allow fewer chats end none", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1").join("r2").talk("anna", "r2").join("r3");
    change(scene, { maxChats: 1 });
    scene.tell({ type: "end-requested", request: "r1", by: visitor("r1") });
    expect(scene.phases).toEqual({ r2: "in-session", r3: "queued" });
  });

  it("that change a grace time count for a grace that runs", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1").leave("r1", visitor("r1"));
    change(scene, { visitorGraceS: 100 }).fire("visitor-grace");
    expect(scene.phases).toEqual({ r1: "in-session" });
    expect(scene.dueInS("visitor-grace")).toBe(40);
    expect(scene.fire("visitor-grace").phases).toEqual({});
  });
});

describe("an agent who is taken off the list", () => {
  it("is signed out, and its offer goes to another", () => {
    const scene = new Scene().signIn("anna").signIn("ben").join("r1");
    change(scene, { agents: only("ben") });
    expect(scene.effects("save-offer-ended")[0]?.outcome).toBe("agent-gone");
    expect(scene.effects("revoke-offer")[0]?.devices).toEqual([device("anna")]);
    expect([...scene.state.agents.keys()]).toEqual([agent("ben")]);
    expect(scene.asked("r1")).toEqual([agent("ben")]);
    expect(scene.signIn("anna").last.refusal).toEqual({ code: "not-an-agent" });
  });

  it("goes on with a running session, may end it, and is missed when lost", () => {
    const scene = new Scene().signIn("anna").join("r1").talk("anna", "r1");
    change(scene, { agents: only("ben") });
    expect(scene.phases).toEqual({ r1: "in-session" });
    const { state } = scene;
    scene.leave("r1", device("anna"), true);
    expect(scene.dueInS("agent-grace")).toBe(30);
    scene.state = state;
    scene.tell({ type: "end-requested", request: "r1", by: device("anna") });
    expect(scene.effects("save-request-ended")[0]?.reason).toBe("agent-ended");
  });

  it("does not come to a session that has not begun", () => {
    const scene = new Scene().signIn("anna").signIn("ben").join("r1").accept("anna", "r1");
    change(scene, { agents: only("ben") });
    expect(scene.asked("r1")).toEqual([agent("ben")]);
  });
});

describe("a removed workgroup", () => {
  const removed = () =>
    new Scene()
      .signIn("anna")
      .signIn("ben")
      .join("r1")
      .talk("anna", "r1")
      .join("r2")
      .join("r3")
      .join("r4")
      .tell({ type: "workgroup-removed" });

  it("tells those who wait that it is closed, and lets sessions go on", () => {
    const scene = removed();
    expect(scene.phases).toEqual({ r1: "in-session" });
    expect(scene.effects("tell-departed").map(({ reason }) => reason)).toEqual(["closed", "closed", "closed"]);
    expect(scene.effects("save-request-ended").map(({ reason }) => reason)).toEqual(Array(3).fill("workgroup-closed"));
    expect(scene.effects("revoke-offer").map(({ devices }) => devices)).toEqual([[device("ben")], [device("anna")]]);
    expect(scene.effects("queue-changed")).toHaveLength(1);
  });

  it("lets an accepted request become a session", () => {
    const scene = new Scene().signIn("anna").join("r1").accept("anna", "r1").tell({ type: "workgroup-removed" });
    expect(scene.opened("r1").enter("r1", device("anna")).phases).toEqual({ r1: "in-session" });
  });

  it("ends a session whose agent leaves or is lost", () => {
    const left = removed().leave("r1", device("anna")).fire("agent-grace");
    expect(left.effects("save-request-ended")[0]?.reason).toBe("agent-ended");
    const lost = removed().leave("r1", device("anna"), true).fire("agent-grace");
    expect(lost.effects("save-request-ended")[0]?.reason).toBe("workgroup-closed");
    expect(lost.effects("close-room")).toHaveLength(1);
    expect(lost.effects("tell-requeued")).toEqual([]);
  });

  it("is as before when it is configured again", () => {
    const scene = change(removed(), {});
    expect(scene.types()).toEqual(["availability-changed"]);
    expect(scene.join("r5").phases).toEqual({ r1: "in-session", r5: "offered" });
  });
});
