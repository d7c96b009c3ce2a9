/** What a flood does to everybody else: nothing that an ordinary visitor would notice. */
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { parseOffer } from "../../protocol/workgroup/offer.ts";
import { child } from "../../protocol/xml.ts";
import { FORM, useHouse } from "../support/house.ts";
import { VisitorSocket } from "../support/visitor-socket.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const JOINS = 5_000;
const AT_A_TIME = 40;
/** Addresses of this machine that the flood comes from; the ordinary visitors come from another. */
const ADDRESSES = Array.from({ length: 10 }, (_, i) => `127.0.1.${i + 1}`);

const house = useHouse({
  workgroups: workgroupsLua("rejection_memory = 3600;"),
  env: { webchat: { VISITOR_GRACE_S: "0" } },
});

const flooders: WebSocket[] = [];
afterEach(() => {
  for (const socket of flooders.splice(0)) socket.terminate();
});

type Outcome = "joined" | "queue-full" | "too-fast" | "refused at the door";

/** Tries to join once, as somebody new. Who gets a place keeps it. */
function floodOnce(url: string, localAddress: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { localAddress });
    flooders.push(socket);
    const done = (outcome: Outcome): void => {
      resolve(outcome);
      if (outcome !== "joined") socket.terminate();
    };
    socket.on("error", () => done("refused at the door"));
    socket.on("open", () => socket.send(JSON.stringify({ kind: "hello", workgroup: "support" })));
    socket.on("message", (data) => {
      const frame: { kind: string; code?: Outcome; state?: { phase: string } } = JSON.parse(String(data));
      const fields = Object.entries({ ...FORM, question: "flood" }).map(([name, value]) => [name, [value]]);
      if (frame.kind === "welcome")
        socket.send(JSON.stringify({ kind: "join", fields: Object.fromEntries(fields), page: {} }));
      if (frame.kind === "state" && frame.state?.phase === "waiting") done("joined");
      if (frame.kind === "refused") done(frame.code ?? "too-fast");
    });
  });
}

/** All of it; counts what came of each try. */
async function flood(url: string, outcomes: Record<string, number>): Promise<void> {
  let tries = 0;
  const one = async (): Promise<void> => {
    while (tries < JOINS) {
      const address = ADDRESSES[tries++ % ADDRESSES.length] ?? "";
      const outcome = await floodOnce(url, address);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
}

describe(`a flood of ${JOINS} joins from ${ADDRESSES.length} addresses`, () => {
  it("is refused, loses the places it got, and an ordinary visitor is offered to an agent while it goes on", async () => {
    const anna = await house.agent("anna");
    let guests = 0;
    /** How long an ordinary visitor's join took to reach the agent, in ms. The agent answers nobody. */
    const ordinary = async (): Promise<number> => {
      const name = `Guest ${++guests}`;
      // Each from an address of its own, as ordinary visitors are.
      const visitor = await VisitorSocket.connect(
        house.stack.url,
        "support",
        {},
        { localAddress: `127.0.2.${guests}` },
      );
      const at = performance.now();
      visitor.join({ ...FORM, username: name });
      await anna.inbox.first(`the offer of ${name}`, (stanza) => {
        const offer = stanza.is("iq") && child(stanza, "offer", NS_WORKGROUP);
        return offer && parseOffer(offer).metadata.username?.[0] === name;
      });
      const tookMs = performance.now() - at;
      await visitor.phase("waiting");
      visitor.send({ kind: "cancel" });
      await visitor.phase("idle");
      expect(visitor.inbox.all.filter(({ kind }) => kind === "refused")).toEqual([]);
      visitor.close();
      return tookMs;
    };

    const before: number[] = [];
    while (before.length < 5) before.push(await ordinary());

    const outcomes: Record<string, number> = {};
    let over = false;
    const flooding = flood(house.stack.url, outcomes).then(() => {
      over = true;
    });
    const during: number[] = [];
    while (!over && guests < 200) during.push(await ordinary());
    await flooding;

    const shown = (times: number[]) => times.map((ms) => Math.round(ms)).join(" ");
    console.log(`join → offer, ms; before: ${shown(before)}; during: ${shown(during)}; the flood:`, outcomes);
    // Many were served in the time that the flood took, though nobody declined what the flood had brought.
    expect(during.length).toBeGreaterThan(5);
    expect(outcomes.joined).toBeLessThan(ADDRESSES.length * 30);
    expect(Object.values(outcomes).reduce((sum, one) => sum + one, 0)).toBe(JOINS);
  });
});
