import { describe, expect, it } from "vitest";
import { buildCommand, type CommandAction, parseCommandReply } from "../../../protocol/ad-hoc.ts";
import { buildAnswers, parseForm } from "../../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../../protocol/disco.ts";
import { NS_COMMANDS, NS_DATA_FORM } from "../../../protocol/ns.ts";
import { attr, child, type Element } from "../../../protocol/xml.ts";
import { startAgent } from "../commands/agent.ts";
import { ANNA, BEN, DANA, EVE } from "./world.ts";

type Agent = Awaited<ReturnType<typeof startAgent>>;
type Fields = Record<string, string[]>;

const nodeOf = (name: string): string => `urn:foyer:command:${name}`;

/** The commands listed to somebody, by name. */
async function listed(anna: Agent, from = ANNA): Promise<string[]> {
  const query = buildItemsRequest();
  query.attrs.node = NS_COMMANDS;
  const answer = await anna.ask("get", query, { from });
  return (answer ? parseItems(answer) : []).map(({ node = "" }) => node.replace(nodeOf(""), ""));
}

type Stage = {
  session: string;
  status: string;
  note: string | undefined;
  form: ReturnType<typeof parseForm> | null;
  last: boolean;
};

function stageOf(answer: Element | undefined): Stage {
  if (answer === undefined) throw new Error("an empty result");
  const { session, status, note } = parseCommandReply(answer);
  const x = child(answer, "x", NS_DATA_FORM);
  const actions = child(answer, "actions", NS_COMMANDS);
  const last = actions !== undefined && attr(actions, "execute") === "complete";
  return { session, status, note: note?.text, form: x ? parseForm(x) : null, last };
}

const begin = async (anna: Agent, name: string, from = ANNA): Promise<Stage> =>
  stageOf(await anna.ask("set", buildCommand({ node: nodeOf(name) }), { from }));

const submission = (name: string, session: string, fields: Fields, action?: CommandAction, type = nodeOf(name)) =>
  buildCommand({ node: nodeOf(name), session, ...(action && { action }), form: buildAnswers(fields, type) });

const submit = async (anna: Agent, name: string, session: string, fields: Fields, action?: CommandAction) =>
  stageOf(await anna.ask("set", submission(name, session, fields, action)));

const fieldsOf = ({ form }: Stage) => form?.fields.filter(({ type }) => type !== "hidden").map((one) => one.var);

const MACROS = {
  title: "",
  groups: [],
  macros: [
    { title: "Greeting", description: "", response: "Hello!", kind: "text" as const },
    { title: "Reset", description: "", response: "Press the button.", kind: "text" as const },
  ],
};

describe("the list of commands", () => {
  const ALWAYS = ["queue", "available", "away", "max", "language", "chats", "history", "transcript", "help"];
  const TALKING = ["canned", "note", "transfer", "invite", "end", "block"];

  it("is what the agent may do just now", async () => {
    const anna = await startAgent();
    expect((await listed(anna)).toSorted()).toEqual(ALWAYS.toSorted());
    await anna.waits("Dana");
    expect((await listed(anna)).toSorted()).toEqual([...ALWAYS, "accept", "decline", "take"].toSorted());
    await anna.say("yes");
    await anna.talks("Bob");
    expect((await listed(anna)).toSorted()).toEqual([...ALWAYS, ...TALKING].toSorted());
  });

  it.each([EVE, DANA])("has nothing of an agent for %s, who is none", async (from) => {
    expect(await listed(await startAgent(), from)).toEqual(["urn:foyer:visitor:start"]);
  });

  it("is in the agent's language, and each command is described", async () => {
    const anna = await startAgent();
    anna.speaks("de");
    const query = buildInfoRequest();
    query.attrs.node = nodeOf("queue");
    const info = await anna.ask("get", query);
    expect(info && parseInfo(info)).toMatchObject({
      identities: [{ category: "automation", type: "command-node", name: "Wer wartet" }],
      features: [NS_COMMANDS, NS_DATA_FORM],
    });
    const nothing = buildInfoRequest();
    nothing.attrs.node = nodeOf("dance");
    expect((await anna.refusal("get", nothing)).condition).toBe("item-not-found");
    const own = await anna.ask("get", buildInfoRequest());
    expect(own && parseInfo(own).features).toContain(NS_COMMANDS);
  });
});

describe("a command without questions", () => {
  it("is done at once, and a word on it is a note", async () => {
    const anna = await startAgent();
    const done = await begin(anna, "away");
    expect(done).toMatchObject({
      status: "completed",
      note: "You take no new chats of Support. “available” changes that.",
    });
  });

  it("shows what has several lines as a form", async () => {
    const anna = await startAgent();
    await anna.talks("Dana");
    const done = await begin(anna, "chats");
    expect(done.status).toBe("completed");
    expect(done.form?.fields.find((one) => one.var === "result")?.values[0]).toBe("Your open chats: 1");
  });

  it("answers an offer", async () => {
    const anna = await startAgent();
    const { id } = await anna.waits("Dana");
    expect((await begin(anna, "accept")).note).toContain("You have taken Dana’s chat.");
    expect(anna.support.committed.requests.get(id)?.phase).toMatchObject({ name: "opening-room", device: ANNA });
    expect((await anna.refusal("set", buildCommand({ node: nodeOf("accept") }))).condition).toBe("forbidden");
  });
});

describe("a command with a form", () => {
  it("asks in stages for what does not go without saying", async () => {
    const anna = await startAgent({ macros: MACROS });
    const dana = await anna.talks("Dana");
    await anna.talks("Bob");
    const search = await begin(anna, "canned");
    expect([search.status, search.last, fieldsOf(search)]).toEqual(["executing", false, ["search"]]);
    const choose = await submit(anna, "canned", search.session, { search: ["reset"] }, "next");
    expect([choose.last, fieldsOf(choose)]).toEqual([true, ["answer", "chat"]]);
    expect(choose.form?.fields.find((one) => one.var === "answer")?.options.map(({ value }) => value)).toEqual(["2"]);
    const done = await submit(anna, "canned", search.session, { answer: ["2"], chat: [dana] }, "complete");
    expect([done.status, done.note]).toEqual(["completed", "Said to Dana: Reset"]);
    expect(anna.speakFor.mock.calls).toEqual([[dana, "Anna", "Press the button."]]);
  });

  it("takes words of several lines, and one chat without asking", async () => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    const { session, form } = await begin(anna, "note");
    expect(form?.fields.map(({ var: name, type }) => [name, type])).toEqual([
      ["FORM_TYPE", "hidden"],
      ["text", "text-multi"],
    ]);
    await submit(anna, "note", session, { text: ["calls back", "tomorrow"] });
    expect(await anna.deps.stores.notes.of(id)).toMatchObject([{ text: "calls back\ntomorrow" }]);
  });

  it("hands a chat over", async () => {
    const anna = await startAgent();
    await anna.onDuty(BEN);
    await anna.talks("Dana");
    const { session, form } = await begin(anna, "transfer");
    expect(form?.fields.find((one) => one.var === "to")?.options.map(({ label }) => label)).toEqual([
      "Ben (0 chats)",
      "Support (workgroup)",
      "Sales (workgroup, nobody there)",
    ]);
    const done = await submit(anna, "transfer", session, { to: ["ben@example.org"], reason: ["knows routers"] });
    expect(done.note).toContain("Ben is being asked");
    expect(anna.asked(["handover-requested"])).toMatchObject([{ by: ANNA, reason: "knows routers" }]);
  });

  it("asks whether it is meant before what cannot be undone", async () => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    const ask = async () => {
      const stage = await begin(anna, "end");
      expect([stage.last, stage.form?.instructions]).toEqual([true, "End the chat with Dana? (yes or no)"]);
      return stage.session;
    };
    for (const sure of [["0"], [], ["perhaps"]]) {
      expect((await submit(anna, "end", await ask(), { sure })).note).toBe("All right, nothing was done.");
    }
    expect(anna.support.committed.requests.has(id)).toBe(true);
    expect((await submit(anna, "end", await ask(), { sure: ["1"] })).note).toBe("The chat with Dana is over.");
    expect(anna.support.committed.requests.has(id)).toBe(false);
  });

  it.each<[what: string, fields: Fields, note: string]>([
    ["nothing", {}, "“To whom?” is missing."],
    [
      "a choice that is none",
      { to: ["eve@example.org"] },
      "“To whom?”: please choose one of the list; it may have changed.",
    ],
  ])("with %s is asked again, and nothing changes", async (_what, fields, note) => {
    const anna = await startAgent();
    await anna.onDuty(BEN);
    await anna.talks("Dana");
    const { session } = await begin(anna, "transfer");
    const again = await submit(anna, "transfer", session, fields);
    expect([again.status, again.note, again.session]).toEqual(["executing", note, session]);
    expect(anna.asked(["handover-requested"])).toEqual([]);
    expect((await submit(anna, "transfer", session, { to: ["ben@example.org"] })).status).toBe("completed");
  });

  it("may be cancelled", async () => {
    const anna = await startAgent();
    await anna.talks("Dana");
    const { session } = await begin(anna, "end");
    expect((await submit(anna, "end", session, { sure: ["1"] }, "cancel")).status).toBe("canceled");
    expect((await anna.refusal("set", submission("end", session, { sure: ["1"] }))).condition).toBe("not-allowed");
    expect(anna.support.committed.requests.size).toBe(1);
  });
});

describe("what is refused, and changes nothing", () => {
  it.each<[what: string, stanza: (session: string) => Element, from: string, condition: string]>([
    [
      "another FORM_TYPE",
      (id) => submission("end", id, { sure: ["1"] }, "complete", "urn:example"),
      ANNA,
      "bad-request",
    ],
    ["no FORM_TYPE", (id) => submission("end", id, { sure: ["1"] }, "complete", ""), ANNA, "bad-request"],
    ["somebody else's session", (id) => submission("end", id, { sure: ["1"] }), BEN, "not-allowed"],
    ["another command's session", (id) => submission("block", id, { sure: ["1"] }), ANNA, "not-allowed"],
    ["a session there is not", () => submission("end", "nothing", { sure: ["1"] }), ANNA, "not-allowed"],
    ["a way back", (id) => submission("end", id, {}, "prev"), ANNA, "bad-request"],
    ["an unknown command", () => buildCommand({ node: nodeOf("dance") }), ANNA, "item-not-found"],
    [
      "completing what was not begun",
      () => buildCommand({ node: nodeOf("end"), action: "complete" }),
      ANNA,
      "bad-request",
    ],
    ["a stranger", () => buildCommand({ node: nodeOf("queue") }), EVE, "forbidden"],
    ["a colleague without a chat", () => buildCommand({ node: nodeOf("end") }), BEN, "forbidden"],
  ])("%s", async (_what, stanza, from, condition) => {
    const anna = await startAgent();
    await anna.talks("Dana");
    const { session } = await begin(anna, "end");
    expect((await anna.refusal("set", stanza(session), { from })).condition).toBe(condition);
    expect(anna.support.committed.requests.size).toBe(1);
    // It is still there for whom it belongs to.
    expect((await submit(anna, "end", session, { sure: ["0"] })).status).toBe("completed");
  });

  it("more commands under way than a client may have: the oldest makes room", async () => {
    const anna = await startAgent();
    await anna.talks("Dana");
    const sessions = [];
    for (let one = 0; one < 4; one += 1) sessions.push((await begin(anna, "end")).session);
    const [oldest = "", next = ""] = sessions;
    expect((await anna.refusal("set", submission("end", oldest, { sure: ["1"] }))).condition).toBe("not-allowed");
    expect((await submit(anna, "end", next, { sure: ["0"] })).status).toBe("completed");
  });
});
