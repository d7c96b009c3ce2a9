/** The two services as processes, when what they need is wrong or away: one clear line, no crash, no secret told. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../stack/ports.ts";
import { ROOT } from "../../stack/settings.ts";
import { useHouse } from "../support/house.ts";
import { Inbox } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({ workgroups: workgroupsLua() });

const SECRET = "a-secret-that-nobody-else-knows-0123456789";
const running: (() => void)[] = [];
afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

type Process = { said: Inbox<string>; ended: Promise<number | null> };

function start(service: "component" | "webchat", env: Record<string, string>): Process {
  const child = spawn(process.execPath, [join(ROOT, service, "main.ts")], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(() => child.kill("SIGKILL"));
  const said = new Inbox<string>(service, (line) => line);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line !== "") said.put(line);
    });
  }
  return { said, ended: new Promise((resolve) => child.once("exit", resolve)) };
}

const good = () => ({
  XMPP_SERVICE: `xmpp://127.0.0.1:${house.stack.settings.ports.component}`,
  XMPP_DOMAIN: "localhost",
  COMPONENT_SECRET: SECRET,
  TOKEN_SECRET: SECRET,
  DATABASE_URL: house.stack.databaseUrl,
  HTTP_PORT: "1",
  METRICS_PORT: "0",
});

describe.each(["component", "webchat"] as const)("%s", (service) => {
  it("names every setting that is missing or wrong, and ends as misconfigured", async () => {
    const { said, ended } = start(service, { XMPP_SERVICE: "http://nonsense", LOG_LEVEL: "loud" });
    expect(await ended).toBe(78);
    const all = said.all.join("\n");
    for (const name of ["XMPP_SERVICE", "COMPONENT_SECRET", "LOG_LEVEL"]) expect(all).toContain(name);
  });

  it("says that its secret is wrong, without telling it, and goes on trying", async () => {
    const [port] = await freePorts(1);
    const { said } = start(service, { ...good(), HTTP_PORT: String(port) });
    const line = await said.first("the line about the secret", (one) => /secret/i.test(one) && one);
    expect(line).not.toContain(SECRET);
  });
});

describe("component", () => {
  it("says that the database cannot be reached, and goes on trying", async () => {
    const { said } = start("component", { ...good(), DATABASE_URL: "postgresql://foyer:hush-hush@127.0.0.1:1/foyer" });
    const line = await said.first(
      "the line about the database",
      (one) => one.includes("the database cannot be reached") && one,
    );
    expect(line).not.toContain("hush-hush");
  });
});

describe("webchat", () => {
  it("says which port is taken, and ends", async () => {
    const { said, ended } = start("webchat", { ...good(), HTTP_PORT: String(house.stack.settings.ports.http) });
    await said.first("the line about the port", (one) => one.includes(String(house.stack.settings.ports.http)) && one);
    expect(await ended).toBe(1);
  });
});

describe("the services that run", () => {
  it("were not disturbed by any of it", async () => {
    const { john, anna, room } = await house.talk();
    john.say("still here");
    await anna.hear(room, "still here");
    john.send({ kind: "end" });
    await john.phase("ended");
  });

  it("write no message, no form answer, no token and no secret to their logs", async () => {
    const { john, anna, room } = await house.talk();
    john.say("a very private sentence");
    await anna.hear(room, "a very private sentence");
    await anna.say(room, "an equally private answer");
    await john.line("an equally private answer");
    john.send({ kind: "end" });
    await john.phase("ended");
    const { secrets } = house.stack;
    const hidden = [
      "private",
      "My router is offline",
      "john@example.org",
      john.token ?? "",
      secrets.componentSecret,
      secrets.webchatSecret,
      secrets.tokenSecret,
      secrets.postgresPassword,
    ];
    for (const part of ["component", "webchat", "prosody"] as const) {
      const log = await house.stack.log(part);
      for (const text of hidden) expect([part, log.includes(text), text]).toEqual([part, false, text]);
    }
  });
});
