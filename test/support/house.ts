/** A whole stack for a test file, with actors that leave when a test ends. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { OfferPayload } from "../../protocol/workgroup/offer.ts";
import { startStack, type TestStack, type TestStackOptions } from "../../stack/testing.ts";
import { indiscretions } from "./discretion.ts";
import { eventually } from "./inbox.ts";
import { PlainAgent } from "./plain-agent.ts";
import { VisitorSocket } from "./visitor-socket.ts";

export const SUPPORT = "support@workgroup.localhost";
export const FORM = { username: "John", email: "john@example.org", question: "My router is offline" };

export type Talk = { john: VisitorSocket; anna: PlainAgent; room: string; session: string; offer: OfferPayload };

/** What tests need of the whole when they also run where its parts are out of reach: in containers. */
export type Running = Pick<TestStack, "url" | "agentUrl" | "c2sService" | "databaseUrl" | "agents" | "stop"> & {
  prosody: { restart(): Promise<void> };
};

export type House<S extends Running = TestStack> = {
  readonly stack: S;
  /** The component's database. */
  readonly db: pg.Pool;
  /** An agent who is signed in to `support`. */
  agent(name: string, options?: Parameters<PlainAgent["signIn"]>[1]): Promise<PlainAgent>;
  visitor(hello?: Parameters<typeof VisitorSocket.connect>[2]): Promise<VisitorSocket>;
  /** A visitor and Anna in a room. */
  talk(): Promise<Talk>;
};

/** Call it at the top of a test file. Every test starts with nobody waiting and nobody talking. */
export function useHouse(options: TestStackOptions): House {
  return useHouseOf(() => startStack(options), indiscretions);
}

/** The same for tests that "npm run test:containers" runs too, against containers. */
export function useHouseAnywhere(options: TestStackOptions): House<Running> {
  let whole: TestStack | undefined;
  const start = async (): Promise<Running> => {
    if (process.env.FOYER_TEST_STACK !== "containers") {
      whole = await startStack(options);
      return whole;
    }
    const { startContainers } = await import("../containers/start.ts");
    return startContainers(options);
  };
  return useHouseOf(start, async () => (whole ? indiscretions(whole) : []));
}

/** The same with a stack that the caller starts. `told`: what its logs hold and should not, asked at the end. */
export function useHouseOf<S extends Running>(
  start: () => Promise<S>,
  told: (stack: S) => Promise<string[]> = async () => [],
): House<S> {
  let stack: S | undefined;
  let db: pg.Pool | undefined;
  const actors: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    stack = await start();
    db = new pg.Pool({ connectionString: stack.databaseUrl, max: 1 });
    // Tests stop the server under it.
    db.on("error", () => undefined);
  });
  afterAll(async () => {
    await db?.end();
    const found = stack ? await told(stack) : [];
    await stack?.stop();
    expect(found, "what logs hold of words and secrets").toEqual([]);
  });
  afterEach(async () => {
    for (const leave of actors.splice(0)) await leave();
    await eventually("all requests to end and all rooms to close", async () => {
      const { rows } = await house.db.query(
        "SELECT count(*)::int AS open FROM requests WHERE ended_at IS NULL OR (room = 'open' AND room_closed_at IS NULL)",
      );
      return rows[0].open === 0;
    });
  });

  const house: House<S> = {
    get stack() {
      if (stack === undefined) throw new Error("the stack is not up yet");
      return stack;
    },
    get db() {
      if (db === undefined) throw new Error("the stack is not up yet");
      return db;
    },
    async agent(name, signIn = {}) {
      const { password = "" } = house.stack.agents[name] ?? {};
      const one = await PlainAgent.connect({
        service: house.stack.c2sService,
        domain: "localhost",
        username: name,
        password,
      });
      actors.push(() => one.stop());
      await one.signIn(SUPPORT, signIn);
      return one;
    },
    async visitor(hello = {}) {
      const one = await VisitorSocket.connect(house.stack.url, "support", hello);
      actors.push(() => one.close());
      return one;
    },
    async talk() {
      const anna = await house.agent("anna");
      const john = await house.visitor();
      john.join(FORM);
      const offer = await anna.offer();
      const room = await anna.take(offer, "Anna");
      await john.phase("talking");
      return { john, anna, room, session: offer.session, offer };
    },
  };
  return house;
}
