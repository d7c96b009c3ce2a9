import { describe, expect, it } from "vitest";
import { NS_MESSAGES } from "../../../protocol/ns.ts";
import {
  buildLeaveMessage,
  buildMessageHandled,
  buildMessagesRequest,
  parseMessages,
} from "../../../protocol/workgroup/messages.ts";
import { child } from "../../../protocol/xml.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const MESSAGE = { key: "k1", name: "Dana", email: "dana@example.net", text: "Please <call> me" };
const leave = (more: Partial<typeof MESSAGE> = {}) => buildLeaveMessage({ ...MESSAGE, ...more });

describe("a message that a visitor leaves", () => {
  it("is stored under the visitor's address, though the workgroup is closed", async () => {
    const { ask, records } = createWorld({ open: false });
    expect(await ask("set", leave(), { from: DANA })).toBeUndefined();
    expect(records.messages).toMatchObject([
      { workgroup: "support", visitor: "dana@webchat.example.org", ...MESSAGE, handledBy: "" },
    ]);
  });

  it("is shown to every client of every agent who is signed in, in words and for machines", async () => {
    const { ask, signIn, link } = createWorld();
    await signIn(ANNA);
    await signIn("anna@example.org/phone");
    await signIn(BEN);
    await ask("set", leave(), { from: DANA });
    const told = link.sent.filter(({ name }) => name === "message");
    expect(told.map(({ attrs }) => attrs)).toEqual(
      [ANNA, "anna@example.org/phone", BEN].map((to) => ({ from: SUPPORT, to, type: "headline" })),
    );
    expect(told[0]?.getChildText("body")).toBe("Dana (dana@example.net) left a message: Please <call> me");
    const payload = told[0] && child(told[0], "messages", NS_MESSAGES);
    const { key, ...shown } = MESSAGE;
    expect(payload && parseMessages(payload)).toEqual([
      { ...shown, id: "m1", workgroup: SUPPORT, leftAt: expect.any(Number), handledBy: "" },
    ]);
  });

  it("is stored and shown once, however often it comes", async () => {
    const { ask, signIn, link, records } = createWorld();
    await signIn();
    await ask("set", leave(), { from: DANA });
    await ask("set", leave(), { from: DANA });
    expect(records.messages).toHaveLength(1);
    expect(link.sent.filter(({ name }) => name === "message")).toHaveLength(1);
  });

  it.each([
    [{ name: "", text: " \n" }, "missing: name, text"],
    [{ email: "" }, "missing: email"],
    [{ email: "nowhere" }, "invalid: email"],
    [{ email: "a@b c@d" }, "invalid: email"],
  ])("that lacks something is refused, and says what: %o", async (more, text) => {
    const { refusal, records } = createWorld();
    const refused = { type: "modify", condition: "not-acceptable", text };
    expect(await refusal("set", leave(more), { from: DANA })).toEqual(refused);
    expect(records.messages).toEqual([]);
  });

  it("needs a key and a workgroup", async () => {
    const { refusal } = createWorld();
    expect(await refusal("set", leave({ key: "" }), { from: DANA })).toMatchObject({ condition: "bad-request" });
    const to = `nobody@${SERVICE}`;
    expect(await refusal("set", leave(), { from: DANA, to })).toMatchObject({ condition: "not-authorized" });
  });
});

describe("the messages of a workgroup", () => {
  const left = async () => {
    const world = createWorld();
    await world.ask("set", leave(), { from: DANA });
    await world.ask("set", leave({ key: "k2", text: "Again" }), { from: DANA });
    const list = async () => {
      const answer = await world.ask("get", buildMessagesRequest());
      return answer ? parseMessages(answer).map(({ id, text }) => [id, text]) : [];
    };
    return { ...world, list };
  };

  it("are listed for its agents until one of them has dealt with them", async () => {
    const { ask, list, records } = await left();
    expect(await list()).toEqual([
      ["m1", "Please <call> me"],
      ["m2", "Again"],
    ]);
    await ask("set", buildMessageHandled("m1"), { from: BEN });
    expect(await list()).toEqual([["m2", "Again"]]);
    expect(records.messages[0]).toMatchObject({ handledBy: "ben@example.org" });
  });

  it("are dealt with once", async () => {
    const { ask, refusal } = await left();
    await ask("set", buildMessageHandled("m1"));
    const unknown = { type: "cancel", condition: "item-not-found" };
    expect(await refusal("set", buildMessageHandled("m1"))).toMatchObject(unknown);
    expect(await refusal("set", buildMessageHandled("m2"), { to: SALES })).toMatchObject(unknown);
  });

  it.each([DANA, EVE])("are not for %s", async (from) => {
    const { refusal, records } = await left();
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("get", buildMessagesRequest(), { from })).toMatchObject(refused);
    expect(await refusal("set", buildMessageHandled("m1"), { from })).toMatchObject(refused);
    expect(records.messages[0]?.handledBy).toBe("");
  });

  it("are not for an agent of another workgroup", async () => {
    const { refusal } = await left();
    expect(await refusal("get", buildMessagesRequest(), { from: BEN, to: SALES })).toMatchObject({
      condition: "not-authorized",
    });
  });
});
