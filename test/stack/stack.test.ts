/** The stack itself, on real parts: what Prosody is configured to do, and what comes back after which end. */
import { client } from "@xmpp/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildJoin } from "../../protocol/muc.ts";
import { attr, type Element } from "../../protocol/xml.ts";
import { startStack, type TestStack } from "../../stack/testing.ts";

const SEAT = { room: "anywhere@conference.localhost", nick: "Anna" };

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ settings: { FOYER_ADMINS: "boss@localhost", FOYER_DEMO_PASSWORD: "chosen-by-me" } });
});
afterAll(() => stack.stop());

/** Signs Anna in, says one stanza, and returns the first answer that fits. */
async function askAsAnna(stanza: Element, fits: (answer: Element) => boolean): Promise<Element> {
  const xmpp = client({
    service: stack.c2sService,
    domain: "localhost",
    username: "anna",
    password: stack.agents.anna?.password ?? "",
  });
  const { promise, resolve, reject } = Promise.withResolvers<Element>();
  xmpp.on("error", reject);
  xmpp.on("stanza", (answer: Element) => {
    if (fits(answer)) resolve(answer);
  });
  try {
    await xmpp.start();
    await xmpp.send(stanza);
    return await promise;
  } finally {
    await xmpp.stop();
  }
}

describe("an agent", () => {
  it("has the password that was chosen", () => {
    expect(stack.agents.anna).toEqual({ jid: "anna@localhost", password: "chosen-by-me" });
  });

  it("cannot make a room: that is for the workgroup service", async () => {
    const answer = await askAsAnna(buildJoin(SEAT), (one) => attr(one, "from")?.startsWith(SEAT.room) ?? false);
    expect(answer.getChild("error")?.toString()).toContain("Only the workgroup service makes rooms here");
  });
});

describe("the administrators' workgroups", () => {
  it("are taken over by a reload", async () => {
    const said = await stack.reloadWorkgroups('workgroups = { billing = { agents = { "anna@localhost" } } }');
    expect(said).toEqual(["1 taken over (the configuration was read again)"]);
  });

  it("may be none", async () => {
    expect(await stack.reloadWorkgroups("workgroups = {}")).toEqual([
      "0 taken over (the configuration was read again)",
    ]);
  });

  it("with mistakes are refused as a whole, each mistake with its place", async () => {
    const said = await stack.reloadWorkgroups(
      'workgroups = { support = { agents = "anna", open = 3 }, sales = { agents = {} } }',
    );
    expect(said.map((line) => line.split(":")[0])).toEqual([
      "workgroups.support.open",
      "workgroups.support.agents",
      "not taken over, the last good ones stay in force",
    ]);
  });

  it.each([
    [
      "a function for a setting",
      "workgroups = { s = { agents = {}, open = print } }",
      "workgroups.s.open: a function cannot be a setting",
    ],
    ["no number", "workgroups = { s = { agents = {}, max_chats = 0/0 } }", "workgroups.s.max_chats: is not a number"],
    ["a word for the table", 'workgroups = "support"', "workgroups: must be a table"],
    ["nothing at all", "-- empty", "workgroups: is missing"],
    ["text that is no Lua", "workgroups = {", "There was an error parsing the configuration file"],
  ])("that are %s are refused in plain words", async (_, lua, words) => {
    const [first] = await stack.reloadWorkgroups(lua);
    expect(first).toContain(words);
  });

  it("are handed over again when the service comes back", async () => {
    await stack.reloadWorkgroups('workgroups = { late = { agents = { "anna@localhost" } } }');
    await stack.component.kill();
    const said = await stack.reloadWorkgroups("workgroups = { late = { agents = {} }, later = { agents = {} } }");
    expect(said.at(-1)).toContain("it gets them when it connects");
    await stack.component.start();
    expect(await stack.log("prosody")).toContain("2 taken over (the service connected)");
  });
});

describe("each part, killed and started", () => {
  it("PostgreSQL keeps what it had", async () => {
    await stack.postgres?.kill();
    await stack.postgres?.start();
    const said = await stack.reloadWorkgroups('workgroups = { again = { agents = { "anna@localhost" } } }');
    expect(said.at(-1)).toContain("1 taken over");
  });

  it("Prosody knows its accounts, and both services find it again", async () => {
    await stack.prosody.kill();
    await stack.prosody.start();
    await expect.poll(() => fetch(`${stack.url}/health/ready`).then((r) => r.status), { timeout: 30_000 }).toBe(200);
    await expect(askAsAnna(buildJoin(SEAT), (one) => one.is("presence"))).resolves.toBeDefined();
  });

  it("the gateway serves again", async () => {
    await stack.webchat.kill();
    expect(stack.webchat.isRunning()).toBe(false);
    await stack.webchat.start();
    expect((await fetch(`${stack.url}/health/ready`)).status).toBe(200);
  });
});
