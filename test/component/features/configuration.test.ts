import { describe, expect, it } from "vitest";
import { notAcceptable } from "../../../protocol/stanza-error.ts";
import { buildConfiguration } from "../../../protocol/workgroup/settings.ts";
import { ANNA, createWorld, EVE, SERVICE, SUPPORT } from "./world.ts";

const configuration = buildConfiguration('{"workgroups":{}}');

describe("the administrators' configuration", () => {
  it("is taken from the server, in the name of our own host", async () => {
    const { ask, configure } = createWorld();
    expect(await ask("set", configuration, { from: SERVICE, to: SERVICE })).toBeUndefined();
    expect(configure).toHaveBeenCalledExactlyOnceWith({ workgroups: {} });
  });

  it.each([ANNA, EVE, "example.org", SUPPORT, `${SERVICE}/module`, "evil.org"])(
    "is not taken from %s",
    async (from) => {
      const { refusal, configure } = createWorld();
      const refused = { type: "auth", condition: "forbidden" };
      expect(await refusal("set", configuration, { from, to: SERVICE })).toMatchObject(refused);
      expect(configure).not.toHaveBeenCalled();
    },
  );

  it("is refused with every mistake, one a line", async () => {
    const { refusal, configure } = createWorld();
    configure.mockRejectedValue(notAcceptable("one\ntwo"));
    expect(await refusal("set", configuration, { from: SERVICE, to: SERVICE })).toEqual({
      type: "modify",
      condition: "not-acceptable",
      text: "one\ntwo",
    });
  });

  it("is refused when it is no JSON, or nothing at all", async () => {
    const { refusal, configure } = createWorld();
    const from = { from: SERVICE, to: SERVICE };
    expect(await refusal("set", buildConfiguration("{"), from)).toMatchObject({ condition: "bad-request" });
    const nothing = "<configuration xmlns='urn:foyer:configuration:0'/>";
    expect(await refusal("set", nothing, from)).toMatchObject({ condition: "bad-request" });
    expect(configure).not.toHaveBeenCalled();
  });
});
