import { describe, expect, it } from "vitest";
import { timerKey } from "../../../component/domain/dispatcher.ts";
import type { Timer } from "../../../component/domain/events.ts";
import { Scene } from "./scene.ts";

describe("a timer", () => {
  it.each<[Timer, string]>([
    [{ kind: "dispatch" }, "dispatch"],
    [{ kind: "deadline", request: "r1" }, "deadline:r1"],
    [{ kind: "acknowledgement", request: "r1", offer: "o1" }, "acknowledgement:r1:o1"],
  ])("has a name of its own", (timer, name) => {
    expect(timerKey(timer)).toBe(name);
  });

  it("that fires too early is started again", () => {
    const scene = new Scene().signIn("anna").join("r1");
    scene.armed.clear();
    scene.later(1).tell({ type: "timer-fired", timer: { kind: "deadline", request: "r1" } });
    expect(scene.last.effects).toEqual([
      { type: "start-timer", timer: { kind: "deadline", request: "r1" }, fireAt: scene.now + 239_000 },
    ]);
  });

  it("for looking again that fires too early is started again", () => {
    const scene = new Scene().signIn("anna").join("r1").reject("anna", "r1").later(3);
    scene.tell({ type: "timer-fired", timer: { kind: "dispatch" } });
    expect(scene.last.effects).toEqual([
      { type: "start-timer", timer: { kind: "dispatch" }, fireAt: scene.now + 17_000 },
    ]);
  });

  it.each<Timer>([
    { kind: "dispatch" },
    { kind: "offer", request: "r1" },
    { kind: "agent-join", request: "r1" },
    { kind: "agent-grace", request: "r1" },
    { kind: "visitor-grace", request: "r1" },
    { kind: "acknowledgement", request: "r1", offer: "old" },
    { kind: "deadline", request: "r9" },
  ])("that is not needed any more does nothing (%o)", (timer) => {
    const scene = new Scene({ maxChats: 1 }).signIn("ben").join("r0").signIn("anna", { show: "away" }).join("r1");
    expect(scene.later(1).tell({ type: "timer-fired", timer }).last).toEqual({ state: scene.state, effects: [] });
  });
});
