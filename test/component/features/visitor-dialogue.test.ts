import { describe, expect, it, vi } from "vitest";
import { buildCommand, parseCommandReply } from "../../../protocol/ad-hoc.ts";
import { buildAnswers, parseForm } from "../../../protocol/data-form.ts";
import { buildItemsRequest, parseItems } from "../../../protocol/disco.ts";
import { NS_COMMANDS, NS_DATA_FORM } from "../../../protocol/ns.ts";
import { attr, child, childText } from "../../../protocol/xml.ts";
import { field } from "../domain/scene.ts";
import { ANNA, createWorld, SUPPORT } from "./world.ts";

const CAROL = "carol@home.example/phone";
const form = { title: "", instructions: "", fields: [field("username", true), field("email", true)] };

/** A workgroup with Anna on duty, and Carol, who writes to it. */
async function open(of: Parameters<typeof createWorld>[0] = {}, isStaffed = true) {
  const world = createWorld(of);
  if (isStaffed) await world.signIn();
  let written = 0;
  /** Writes, and gives what the workgroup answers, in words. */
  async function write(text: string, { from = CAROL, lang = "en", type = "chat", to = SUPPORT } = {}) {
    const sent = await world.tell(
      `<message from='${from}' to='${to}' type='${type}' id='w${++written}' xml:lang='${lang}'><body>${text}</body></message>`,
    );
    const answers = sent.filter((one) => one.name === "message" && attr(one, "to") === from);
    return answers.map((one) => childText(one, "body", "") ?? one.getChildText("body"));
  }
  const request = () => [...world.support.committed.requests.values()][0];
  return { ...world, write, request };
}

describe("somebody who writes to a workgroup from an ordinary client", () => {
  it("is in the queue at once when the form requires nothing more, and told the place", async () => {
    const { write, request } = await open();
    expect(await write("My printer is broken")).toEqual([expect.stringMatching(/^You are next\./)]);
    expect(request()).toMatchObject({
      visitor: CAROL,
      userId: "carol@home.example",
      dialogue: "en",
      metadata: { username: ["carol"], question: ["My printer is broken"] },
    });
  });

  it("is asked for the required fields in turn, and then queued", async () => {
    const { write, request } = await open({ form });
    expect(await write("Help")).toEqual([expect.stringContaining("username")]);
    expect(await write("Carol")).toEqual([expect.stringContaining("email")]);
    expect(await write("nowhere")).toEqual([expect.stringContaining("e-mail address")]);
    expect(request()).toBeUndefined();
    expect(await write("carol@home.example")).toEqual([expect.stringMatching(/^You are next/)]);
    expect(request()?.metadata).toEqual({
      username: ["Carol"],
      question: ["Help"],
      email: ["carol@home.example"],
    });
  });

  it("is spoken to in German when it writes in German", async () => {
    const { write } = await open();
    expect(await write("Hallo", { lang: "de-AT" })).toEqual([expect.stringMatching(/^Sie sind als Nächstes dran/)]);
  });

  it("may stop the questions", async () => {
    const { write, request } = await open({ form });
    await write("Help");
    expect(await write("cancel")).toEqual([expect.stringMatching(/^Cancelled/)]);
    expect(await write("Something else")).toEqual([expect.stringContaining("username")]);
    expect(request()).toBeUndefined();
  });

  it("has what it writes while waiting added to its question, from whichever client", async () => {
    const { write, request } = await open();
    await write("It is broken");
    expect(await write("It smokes", { from: "carol@home.example/desk" })).toEqual([
      expect.stringMatching(/^Noted.*You are next/s),
    ]);
    expect(request()?.metadata.question).toEqual(["It is broken\nIt smokes"]);
  });

  it("leaves the queue by a word", async () => {
    const { write, support } = await open();
    await write("It is broken");
    await write("cancel", { from: "carol@home.example/desk" });
    expect(support.committed.requests.size).toBe(0);
  });

  it("is shown the room again when it writes to the workgroup during the chat, on the client it writes from", async () => {
    const { write, talk, inviteVisitor } = await open();
    const { id } = await talk(ANNA, CAROL);
    const answers = await write("Are you there?", { from: "carol@home.example/desk" });
    expect(answers).toEqual([expect.stringContaining(`xmpp:${id}@conference.example.org?join`)]);
    expect(inviteVisitor).toHaveBeenCalledWith(id, "carol@home.example/desk");
  });

  it("ends the chat by a word", async () => {
    const { write, talk, support } = await open();
    await talk(ANNA, CAROL);
    expect(await write("cancel")).toEqual([expect.stringMatching(/^The chat is over/)]);
    expect(support.committed.requests.size).toBe(0);
  });

  it("may leave the question as a message when nobody is there", async () => {
    const { write, records } = await open({}, false);
    expect(await write("It is broken")).toEqual([expect.stringMatching(/^Nobody is here/)]);
    expect(await write("hm")).toEqual(["Please answer yes or no."]);
    expect(await write("yes")).toEqual([expect.stringMatching(/^Kept/)]);
    expect(records.messages).toMatchObject([
      { name: "carol", email: "xmpp:carol@home.example", text: "It is broken", visitor: "carol@home.example" },
    ]);
  });

  it("leaves nothing when it does not want to", async () => {
    const { write, records } = await open({}, false);
    await write("It is broken");
    expect(await write("no")).toEqual([expect.stringMatching(/^All right/)]);
    expect(records.messages).toEqual([]);
  });

  it.each([
    ["an error", { type: "error" }],
    ["a room's line", { type: "groupchat" }],
    ["a headline", { type: "headline" }],
    ["a server", { from: "home.example" }],
    ["an address that is no workgroup", { to: "nobody@workgroup.example.org" }],
  ])("is never %s: that gets no answer", async (_what, of) => {
    const { write, request } = await open();
    expect(await write("It is broken", of)).toEqual([]);
    expect(request()).toBeUndefined();
  });

  it("gets one word of warning when it writes like a program, and then no answer, until some time has passed", async () => {
    const { write, deps } = await open({ form });
    const answers: unknown[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(...(await write("cancel")));
    expect(answers).toHaveLength(21);
    expect(answers.at(-1)).toMatch(/too? fast|a little fast/);
    const later = vi.spyOn(deps, "now").mockReturnValue(deps.now() + 61_000);
    expect(await write("cancel")).toHaveLength(1);
    later.mockRestore();
  });
});

describe("the commands of a visitor's client", () => {
  const START = "urn:foyer:visitor:start";
  const LEAVE = "urn:foyer:visitor:leave";

  type World = Awaited<ReturnType<typeof open>>;
  const from = CAROL;
  const listed = async ({ ask }: World) => {
    const query = buildItemsRequest();
    query.attrs.node = NS_COMMANDS;
    const answer = await ask("get", query, { from });
    return answer ? parseItems(answer).map(({ node }) => node) : [];
  };
  const stage = async ({ ask }: World, of: Parameters<typeof buildCommand>[0]) => {
    const answer = await ask("set", buildCommand(of), { from });
    if (answer === undefined) throw new Error("an empty result");
    const x = child(answer, "x", NS_DATA_FORM);
    return { ...parseCommandReply(answer), form: x && parseForm(x) };
  };
  const submit = (session: string, answers: Record<string, string[]>, type = START) => {
    return { node: START, session, form: buildAnswers(answers, type) };
  };

  it("are listed as they make sense: start, then leave; nothing while nobody is there", async () => {
    const world = await open();
    expect(await listed(world)).toEqual([START]);
    await world.write("Help");
    expect(await listed(world)).toEqual([LEAVE]);
    expect(await listed(await open({}, false))).toEqual([]);
  });

  it("ask for the whole form at once, and the visitor waits", async () => {
    const world = await open({ form });
    const { session, form: asked } = await stage(world, { node: START });
    expect(asked?.fields.map((one) => one.var)).toEqual(["FORM_TYPE", "username", "email", "question"]);
    const done = await stage(world, submit(session, { username: ["Carol"], email: ["c@x.org"], question: ["Why?"] }));
    expect(done).toMatchObject({
      status: "completed",
      note: { type: "info", text: expect.stringMatching(/^You are next/) },
    });
    expect(world.request()).toMatchObject({
      visitor: CAROL,
      dialogue: "en",
      metadata: { username: ["Carol"], email: ["c@x.org"], question: ["Why?"] },
    });
  });

  it("ask again for what is missing, with what was answered", async () => {
    const world = await open({ form });
    const { session } = await stage(world, { node: START });
    const again = await stage(world, submit(session, { username: ["Carol"] }));
    expect(again).toMatchObject({ status: "executing", note: { type: "error" } });
    expect(again.form?.fields.find((one) => one.var === "username")?.values).toEqual(["Carol"]);
    expect(world.request()).toBeUndefined();
  });

  it("take the visitor out of the queue, and out of the chat", async () => {
    const world = await open();
    await world.write("Help");
    expect((await stage(world, { node: LEAVE })).note?.text).toMatch(/^You have left the queue/);
    await world.talk(ANNA, CAROL);
    expect((await stage(world, { node: LEAVE })).note?.text).toMatch(/^The chat is over/);
    expect(world.request()).toBeUndefined();
  });

  it.each([
    ["a form of another type", { node: START, session: "s", form: buildAnswers({}, "urn:x") }, "bad-request"],
    ["a step back", { node: START, session: "s", action: "prev" as const }, "bad-request"],
    ["going on with nothing", { node: START, action: "complete" as const }, "bad-request"],
    ["leaving when it does not wait", { node: LEAVE }, "forbidden"],
    ["an agent's command", { node: "urn:foyer:command:queue" }, "forbidden"],
  ])("refuse %s, and nothing changes", async (_what, of, condition) => {
    const world = await open();
    expect((await world.refusal("set", buildCommand(of), { from })).condition).toBe(condition);
    expect(world.request()).toBeUndefined();
  });
});
