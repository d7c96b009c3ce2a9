/** The compose file itself: who runs in the containers, what they may reach and show, and what outlives them. */
import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fetchConfig } from "../../agent-ui/shell/config.ts";
import { createSession } from "../../agent-ui/xmpp/session.ts";
import {
  buildTranscriptRequest,
  buildTranscriptsRequest,
  parseTranscript,
  parseTranscripts,
} from "../../protocol/workgroup/transcript.ts";
import { xml } from "../../protocol/xml.ts";
import { must } from "../../stack/containers/command.ts";
import { HALF_A_FRAME, layWire } from "../agent-ui/support/prosody.ts";
import { FORM, SUPPORT, useHouseOf } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";
import { PARTS, type Part, startContainers } from "./start.ts";

const WORKGROUPS = workgroupsLua("agent_grace = 2; visitor_grace = 2;");
const house = useHouseOf(() => startContainers({ workgroups: WORKGROUPS }));

async function inside(part: Part, ...command: string[]): Promise<string> {
  const { output } = await house.stack.container(part).exec(command);
  return output;
}

/** Since when it runs, and what its health check found. */
async function state(part: Part): Promise<{ startedAt: string | undefined; health: string | undefined }> {
  const format = "{{.State.StartedAt}} {{.State.Health.Status}}";
  const id = house.stack.container(part).getId();
  const [startedAt, health] = (await must("docker inspect", "docker", ["inspect", "--format", format, id]))
    .trim()
    .split(" ");
  return { startedAt, health };
}

describe("the containers", () => {
  it("hold the version of Prosody that was asked for", async () => {
    expect(await inside("prosody", "prosodyctl", "about")).toContain(`Prosody ${process.env.PROSODY_TAG}.`);
  });

  it.each(PARTS)("%s runs as somebody without rights", async (part) => {
    const status = await inside(part, "cat", "/proc/1/status");
    expect(status).toMatch(/^Uid:\t[1-9]\d*\t/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it.each(PARTS)("%s shows no secret to whoever inspects it", async (part) => {
    const shown = await must("docker inspect", "docker", ["inspect", house.stack.container(part).getId()]);
    for (const secret of house.stack.secrets) expect(shown).not.toContain(secret);
  });

  it("leave no secret in the logs", async () => {
    for (const part of PARTS) {
      const said = await must("docker logs", "docker", ["logs", house.stack.container(part).getId()]);
      for (const secret of house.stack.secrets) expect(said).not.toContain(secret);
    }
  });

  it("have Prosody load every module it is told to", async () => {
    const said = await must("docker logs", "docker", ["logs", house.stack.container("prosody").getId()]);
    expect(said).toContain("foyer_workgroups");
    expect(said).not.toMatch(/modulemanager\s+error/);
  });

  it("give the gateway no way to the database", async () => {
    const ask = "require('node:dns').lookup('postgres', (error) => console.log(error?.code ?? 'found'))";
    expect((await inside("webchat", "node", "-e", ask)).trim()).not.toBe("found");
    expect((await inside("component", "node", "-e", ask)).trim()).toBe("found");
  });
});

describe("an agent's session that broke in the middle of a frame", () => {
  it("is resumed, and the agent is heard again", async () => {
    const { websocket } = await fetchConfig(new URL("config.json", house.stack.agentUrl));
    const { wire, through, close } = await layWire({ port: Number(new URL(websocket).port), c2s: 0 });
    const events: string[] = [];
    const session = createSession({
      websocket: `ws://localhost:${through.port}/xmpp-websocket`,
      domain: "localhost",
      username: "anna",
      password: house.stack.agents.anna?.password ?? "",
      handlers: { offer: () => undefined, revoke: () => undefined },
      events: {
        up: (resumed) => events.push(resumed ? "resumed" : "up"),
        down: () => events.push("down"),
        retrying: () => undefined,
        refused: (why) => events.push(why),
        stanza: () => undefined,
      },
    });
    try {
      await eventually("a session", async () => events.at(-1) === "up");
      wire.tear(HALF_A_FRAME);
      await eventually("the session again", async () => events.at(-1) === "resumed");
      expect(await session.request("get", "localhost", xml("ping", { xmlns: "urn:xmpp:ping" }))).toBeUndefined();
    } finally {
      await session.stop();
      await close();
    }
  });
});

describe("a visitor's file", () => {
  it("gets through the gateway to Prosody, and can be fetched at the gateway", async () => {
    const { john, anna, room } = await house.talk();
    const sent = await fetch(`${house.stack.url}/workgroups/support/files?name=note.txt`, {
      method: "POST",
      body: "hello",
      headers: { Authorization: `Bearer ${john.token}` },
    });
    const { ticket }: { ticket: string } = JSON.parse(await sent.text());
    john.send({ kind: "say", key: "key-file-0001", text: "", file: ticket });
    const { text: address } = await john.inbox.first("the line", (frame) =>
      frame.kind === "lines" ? frame.lines.find(({ file }) => file?.name === "note.txt") : undefined,
    );
    await anna.hear(room, address);
    expect(await (await fetch(address)).text()).toBe("hello");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("a changed file of workgroups", () => {
  it("is taken over when Prosody gets SIGHUP", async () => {
    const workgroup = async () => (await fetch(`${house.stack.url}/workgroups/billing`)).status;
    expect(await workgroup()).toBe(404);
    const billing = WORKGROUPS.replace(
      "sales = {",
      'billing = { name = "Billing"; agents = { "ben@localhost" } };\n  sales = {',
    );
    await writeFile(house.stack.workgroupsFile, billing);
    await inside("prosody", "sh", "-c", "kill -HUP 1");
    await eventually("the new workgroup", async () => (await workgroup()) === 200);
  });
});

describe("a part that ends by itself", () => {
  it.each(["component", "webchat"] as const)("%s is brought back, and the road is open again", async (part) => {
    const before = await state(part);
    await inside(part, "sh", "-c", "kill -TERM 1");
    await eventually("the part to be back", async () => {
      const { startedAt, health } = await state(part);
      return startedAt !== before.startedAt && health === "healthy";
    });
    await eventually("the workgroup", async () => (await fetch(`${house.stack.url}/workgroups/support`)).ok);
    const { john } = await house.talk();
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});

describe("containers that are made anew", () => {
  it("keep what was said, and the agents' accounts", async () => {
    const { john, anna, room, session, offer } = await house.talk();
    john.say("remember me");
    await anna.hear(room, "remember me");
    john.send({ kind: "end" });
    await john.phase("ended");
    await anna.stop();
    await house.stack.recreate();

    const again = await house.agent("anna");
    const list = await again.request("get", SUPPORT, buildTranscriptsRequest(offer.userId));
    expect(list && parseTranscripts(list).map((one) => one.session)).toEqual([session]);
    const transcript = await again.request("get", SUPPORT, buildTranscriptRequest(session));
    const entries = transcript ? parseTranscript(transcript) : [];
    const lines = entries.flatMap((entry) => (entry.kind === "line" ? [entry.text] : []));
    expect(lines).toEqual([FORM.question, "remember me"]);
  });
});
