import { describe, expect, it } from "vitest";
import { joinRefusal, leaveRefusal } from "../../../webchat/domain/refusal.ts";

describe("the workgroup's refusal of a join", () => {
  it.each([
    ["conflict", "cancel", "already-waiting"],
    ["resource-constraint", "wait", "queue-full"],
    ["service-unavailable", "cancel", "closed"],
    ["not-allowed", "cancel", "closed"],
    ["not-authorized", "auth", "unknown-workgroup"],
    ["item-not-found", "cancel", "unknown-workgroup"],
    ["internal-server-error", "cancel", "unavailable"],
    ["remote-server-timeout", "wait", "unavailable"],
    ["service-unavailable", "wait", "unavailable"],
  ])("%s (%s) means %s", (condition, type, code) => {
    expect(joinRefusal({ condition, type, message: "" }).code).toBe(code);
  });

  it("names the questions that still need an answer", () => {
    const { code, fields } = joinRefusal({
      condition: "not-acceptable",
      type: "modify",
      message: "missing: name, e-mail",
    });
    expect(code).toBe("form-incomplete");
    expect(Object.keys(fields ?? {})).toEqual(["name", "e-mail"]);
  });

  it("says when to try again what could not be asked", () => {
    expect(joinRefusal({ condition: "remote-server-timeout", type: "wait", message: "" }).againS).toBeGreaterThan(0);
  });
});

describe("the workgroup's refusal of a message", () => {
  it("names what is missing and what is wrong, for the message it was about", () => {
    const error = { condition: "not-acceptable", type: "modify", message: "invalid: email" };
    expect(leaveRefusal(error, "key-12345")).toMatchObject({ code: "form-incomplete", key: "key-12345" });
    expect(Object.keys(leaveRefusal(error, "k").fields ?? {})).toEqual(["email"]);
  });
});
