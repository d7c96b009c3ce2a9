/** Guessing passwords, on a real Prosody: the guesser waits, and nobody else does. */
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createScram } from "../../agent-ui/xmpp/scram.ts";
import { type ChatServer, startChatServer } from "../agent-ui/support/prosody.ts";

const SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
let server: ChatServer;
const lines: Line[] = [];

beforeAll(async () => {
  server = await startChatServer({ accounts: ["anna", "ben", "cora", "dora", "emma"] });
});
afterAll(async () => {
  for (const { end } of lines.splice(0)) end();
  await server?.stop();
});

type Line = { send(text: string): void; next(): Promise<string>; end(): void };
/** Where somebody comes from: an address of this machine, and what is written in front of it. */
type From = { localAddress?: string; forwarded?: string };

/** A stream before sign-in, by WebSocket; `next` gives what the server says, one element at a time. */
async function line({ localAddress = "127.0.0.1", forwarded }: From): Promise<Line> {
  const socket = new WebSocket(server.direct, "xmpp", {
    localAddress,
    headers: forwarded === undefined ? {} : { "X-Forwarded-For": forwarded },
  });
  const heard: string[] = [];
  let wake = (): void => undefined;
  socket.on("message", (data) => {
    heard.push(String(data));
    wake();
  });
  await once(socket, "open");
  const one: Line = {
    send: (text) => socket.send(text),
    async next() {
      while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return heard.shift() ?? "";
    },
    end: () => socket.terminate(),
  };
  lines.push(one);
  one.send('<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>');
  expect(await one.next()).toContain("<open");
  expect(await one.next()).toContain("SCRAM-SHA-1");
  return one;
}

/** One try on that stream: what came of it, "success" or the name of the refusal. */
async function attempt(on: Line, username: string, password: string): Promise<string> {
  const scram = createScram("SHA-1", { username, password }, crypto.randomUUID().replaceAll("-", ""));
  on.send(`<auth xmlns="${SASL}" mechanism="SCRAM-SHA-1">${btoa(scram.first())}</auth>`);
  let answer = await on.next();
  const challenge = /<challenge[^>]*>([^<]+)</.exec(answer)?.[1];
  if (challenge !== undefined) {
    on.send(`<response xmlns="${SASL}">${btoa(await scram.answer(atob(challenge)))}</response>`);
    answer = await on.next();
  }
  return outcomeOf(answer);
}

function outcomeOf(answer: string): string {
  if (answer.startsWith("<success")) return "success";
  if (answer.includes("Too many wrong passwords")) {
    expect(answer).toContain("<temporary-auth-failure");
    expect(answer).toMatch(
      /Too many wrong passwords came from your address\. Try again in ([1-9]|[1-5]\d|60) seconds\./,
    );
    return "wait";
  }
  return answer.includes("<not-authorized") ? "wrong" : answer;
}

const signIn = async (from: From, username: string, password = "secret"): Promise<string> =>
  attempt(await line(from), username, password);

describe("a hundred wrong passwords", () => {
  it("are ten, and then not looked at; who comes from another address signs in, with the same account", async () => {
    const guesser = await line({});
    const outcomes: string[] = [];
    for (let guess = 0; guess < 100; guess++) outcomes.push(await attempt(guesser, "anna", `guess ${guess}`));
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill("wrong"));
    expect(outcomes.slice(10)).toEqual(Array(90).fill("wait"));
    // Nor is the right one: a guesser would learn it.
    expect(await attempt(guesser, "anna", "secret")).toBe("wait");
    expect(await signIn({ localAddress: "127.0.0.2" }, "anna")).toBe("success");
    // Nor do colleagues behind the same address have to wait.
    expect(await signIn({}, "ben")).toBe("success");
  });

  it("are no more when all are begun before the first has failed", async () => {
    const scrams = Array.from({ length: 30 }, (_, i) =>
      createScram("SHA-1", { username: "cora", password: `guess ${i}` }, `nonce${i}`),
    );
    const begun = await Promise.all(
      scrams.map(async (scram) => {
        const on = await line({});
        on.send(`<auth xmlns="${SASL}" mechanism="SCRAM-SHA-1">${btoa(scram.first())}</auth>`);
        const challenge = /<challenge[^>]*>([^<]+)</.exec(await on.next())?.[1] ?? "";
        return { on, answer: await scram.answer(atob(challenge)) };
      }),
    );
    const outcomes: string[] = [];
    for (const { on, answer } of begun) {
      on.send(`<response xmlns="${SASL}">${btoa(answer)}</response>`);
      outcomes.push(outcomeOf(await on.next()));
    }
    expect(outcomes.filter((one) => one === "wrong")).toHaveLength(10);
    expect(outcomes.filter((one) => one === "wait")).toHaveLength(20);
  });

  it("on as many accounts end for the whole address", async () => {
    const guesser = await line({ localAddress: "127.0.0.3" });
    const outcomes: string[] = [];
    for (let guess = 0; guess < 100; guess++) outcomes.push(await attempt(guesser, `agent${guess}`, "winter"));
    expect(outcomes.filter((one) => one === "wrong")).toHaveLength(60);
    expect(outcomes.slice(60)).toEqual(Array(40).fill("wait"));
    expect(await signIn({ localAddress: "127.0.0.3" }, "dora")).toBe("wait");
    expect(await signIn({ localAddress: "127.0.0.4" }, "dora")).toBe("success");
  });

  it("count for who is behind a proxy that is trusted, and a name before any other proxy is not believed", async () => {
    const behind = await line({ forwarded: "203.0.113.9" });
    for (let guess = 0; guess < 12; guess++) await attempt(behind, "emma", "wrong");
    expect(await attempt(behind, "emma", "secret")).toBe("wait");
    expect(await signIn({ forwarded: "203.0.113.10" }, "emma")).toBe("success");
    expect(await signIn({}, "emma")).toBe("success");
    // 127.0.0.5 is nobody's proxy: whatever it writes, it is one and the same.
    let outcome = "";
    for (let guess = 0; guess < 12; guess++) {
      outcome = await signIn({ localAddress: "127.0.0.5", forwarded: `203.0.113.${guess + 20}` }, "emma", "wrong");
    }
    expect(outcome).toBe("wait");
  });
});

it("while accounts cannot be read nobody is told that the password is wrong, and nothing counts", async () => {
  const on = await line({ localAddress: "127.0.0.7" });
  await server.blind(true);
  const tries: string[] = [];
  for (let i = 0; i < 15; i++) tries.push(await attempt(on, "ben", "secret").catch(String));
  await server.blind(false);
  expect(tries).toEqual(Array(15).fill(expect.stringContaining("Accounts cannot be looked up just now")));
  expect(await attempt(on, "ben", "secret")).toBe("success");
});

it("a password that is right clears what was wrong before it", async () => {
  const from = { localAddress: "127.0.0.6" };
  for (let round = 0; round < 3; round++) {
    const on = await line(from);
    for (let guess = 0; guess < 6; guess++) expect(await attempt(on, "anna", "typo")).toBe("wrong");
    expect(await attempt(on, "Anna", "secret")).toBe("success");
  }
});
