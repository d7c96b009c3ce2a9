import { describe, expect, it } from "vitest";
import { availability } from "../../../component/domain/dispatcher.ts";
import { agent, device, Scene, START } from "./scene.ts";

describe("an agent who signs in", () => {
  it("is told of the queue at once, and the workgroup opens", () => {
    const scene = new Scene().signIn("anna");
    expect(scene.last.effects).toEqual([
      { type: "save-devices", agent: agent("anna") },
      { type: "tell-queue", device: device("anna") },
      { type: "availability-changed" },
      { type: "agent-changed", agent: agent("anna") },
    ]);
    expect(scene.state.agents.get(agent("anna"))).toEqual({
      jid: agent("anna"),
      name: "anna",
      devices: [{ jid: device("anna"), show: "available", maxChats: null, since: START }],
    });
  });

  it("is told of the queue for every presence, and nobody else of nothing new", () => {
    const scene = new Scene().signIn("anna").later(1);
    expect(scene.signIn("anna").types()).toEqual(["tell-queue"]);
    expect(scene.show("anna", "available").types()).toEqual(["tell-queue"]);
    expect(scene.show("anna", "away").types()).toEqual([
      "save-devices",
      "tell-queue",
      "availability-changed",
      "agent-changed",
    ]);
    expect(scene.state.agents.get(agent("anna"))?.devices[0]?.since).toBe(START);
  });

  it("may do so on several devices", () => {
    const scene = new Scene().signIn("anna").signIn("anna", { resource: "phone" });
    expect(scene.types()).toEqual(["save-devices", "tell-queue", "agent-changed"]);
    expect(scene.signOut("anna").types()).toEqual(["save-devices", "agent-changed"]);
    expect(scene.signOut("anna", "phone").types()).toEqual(["save-devices", "availability-changed", "agent-changed"]);
    expect(scene.state.agents.size).toBe(0);
  });

  it("is offered what waits", () => {
    const scene = new Scene({ maxChats: 1 }).signIn("anna").join("r1").join("r2").signIn("ben");
    expect(scene.asked("r2")).toEqual([agent("ben")]);
  });

  it("is refused when nobody configured that address", () => {
    const scene = new Scene().tell({
      type: "agent-signed-in",
      device: "mallory@localhost/x",
      show: "chat",
      maxChats: 9,
    });
    expect(scene.last.refusal).toEqual({ code: "not-an-agent" });
    expect(scene.state.agents.size).toBe(0);
  });

  it("is refused by a removed workgroup", () => {
    const scene = new Scene().tell({ type: "workgroup-removed" }).signIn("anna");
    expect(scene.last.refusal).toEqual({ code: "not-an-agent" });
  });
});

describe("a presence from a device that is not signed in", () => {
  it("is refused, to an agent otherwise than to a stranger", () => {
    const scene = new Scene();
    expect(scene.show("anna", "away").last.refusal).toEqual({ code: "not-signed-in" });
    expect(scene.show("mallory", "away").last.refusal).toEqual({ code: "not-an-agent" });
  });

  it("that ends clears what may be on record from before, for agents only", () => {
    const scene = new Scene();
    expect(scene.signOut("anna").last.effects).toEqual([{ type: "save-devices", agent: agent("anna") }]);
    expect(scene.signOut("mallory").last.effects).toEqual([]);
  });
});

describe("the availability of a workgroup", () => {
  it("follows the switch and the agents", () => {
    const scene = new Scene();
    expect(availability(scene.state)).toBe("ready");
    expect(availability(scene.signIn("anna", { show: "xa" }).state)).toBe("ready");
    expect(availability(scene.show("anna", "chat").state)).toBe("open");
    scene.tell({ type: "settings-changed", settings: { ...scene.state.settings, open: false } });
    expect(availability(scene.state)).toBe("closed");
    expect(scene.types()).toEqual(["availability-changed"]);
    scene.tell({ type: "settings-changed", settings: { ...scene.state.settings, open: true } });
    expect(availability(scene.tell({ type: "workgroup-removed" }).state)).toBe("closed");
  });
});
