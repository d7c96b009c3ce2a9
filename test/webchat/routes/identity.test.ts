/** Who the site says the visitor is: it decides whose talks a page sees, and nobody gets into another's. */
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/inbox.ts";
import { VisitorSocket } from "../../support/visitor-socket.ts";
import { FORM, startGateway, type TestGateway, visitOf } from "../gateway.ts";

const DANA = { subject: "customer-7", name: "Dana Hart", email: "dana@shop.example" };
const ERIK = { subject: "customer-8", name: "Erik", email: "" };

async function gateway(): Promise<TestGateway> {
  const test = await startGateway();
  test.identities.set("jwt-of-dana", DANA).set("later-jwt-of-dana", DANA).set("jwt-of-erik", ERIK);
  return test;
}

/** Joins, and the workgroup knows it. */
async function queue(test: TestGateway, visitor: VisitorSocket): Promise<void> {
  visitor.join(FORM);
  await visitor.phase("waiting");
  const place = { phase: "waiting", session: "s1", position: 1, waitS: null, joinedAt: 1, name: "Dana" } as const;
  test.visits.set(visitOf(visitor), { ...place, question: "Why?" });
}

/** Says hello; gives the code of the refusal. */
async function refusedHello(test: TestGateway, hello: { token?: string; identity?: string }): Promise<string> {
  const socket = await VisitorSocket.open(test.url, "support");
  socket.send({ kind: "hello", workgroup: "support", ...hello });
  const { code } = await socket.frame("refused");
  socket.vanish();
  return code;
}

describe("a visitor whom the site knows", () => {
  it("has one visit, in every browser and with every token of the site's", async () => {
    const { connect } = await gateway();
    const here = await connect({ identity: "jwt-of-dana" });
    const there = await connect({ identity: "later-jwt-of-dana" });
    expect(visitOf(there)).toBe(visitOf(here));
    expect(visitOf(here)).toMatch(/^[a-z0-9]{20}$/);
    expect(visitOf(await connect({ identity: "jwt-of-erik" }))).not.toBe(visitOf(here));
    expect(visitOf(await connect())).not.toBe(visitOf(here));
  });

  it("is joined under the site's word, and under the name in it", async () => {
    const test = await gateway();
    const dana = await test.connect({ identity: "jwt-of-dana" });
    dana.join({ question: "Why?" });
    await dana.phase("waiting");
    expect(test.joins[0]).toMatchObject({ from: `${visitOf(dana)}@webchat.example.org/web`, identity: "jwt-of-dana" });
    test.room("s1").enter("Anna");
    test.invite(visitOf(dana), "s1");
    await eventually("a seat under that name", async () => test.room("s1").seats.has("Dana Hart"));
  });

  it("goes on with a talk in another browser", async () => {
    const test = await gateway();
    const dana = await test.connect({ identity: "jwt-of-dana" });
    await queue(test, dana);
    expect((await test.connect({ identity: "later-jwt-of-dana" })).state?.phase).toBe("waiting");
  });

  it("is refused when the workgroup does not believe it, with or without a token that is good", async () => {
    const test = await gateway();
    const { token = "" } = await test.connect();
    for (const hello of [{ identity: "forged" }, { identity: "forged", token }, { identity: "" }]) {
      expect(await refusedHello(test, hello)).toBe("bad-identity");
    }
    expect(test.asked).not.toContain("visit");
  });

  it("whose sign-in has expired by the time it joins is told so, and joins as nobody else", async () => {
    const test = await gateway();
    const dana = await test.connect({ identity: "jwt-of-dana" });
    test.identities.delete("jwt-of-dana");
    dana.join(FORM);
    expect((await dana.frame("refused")).code).toBe("bad-identity");
    expect([test.joins.length, dana.state?.phase]).toEqual([0, "idle"]);
  });
});

describe("the token of a visitor whom the site knows", () => {
  it("opens nothing without the site's word: whoever comes after on this browser sees nothing", async () => {
    const test = await gateway();
    const dana = await test.connect({ identity: "jwt-of-dana" });
    await queue(test, dana);
    expect(await refusedHello(test, { token: dana.token ?? "" })).toBe("bad-token");
  });

  it("opens nothing for another whom the site knows", async () => {
    const test = await gateway();
    const dana = await test.connect({ identity: "jwt-of-dana" });
    await queue(test, dana);
    const erik = await test.connect({ identity: "jwt-of-erik", token: dana.token ?? "" });
    expect(visitOf(erik)).not.toBe(visitOf(dana));
    expect(erik.state).toEqual({ phase: "idle" });
  });
});

describe("a visitor who signs in", () => {
  it("while a talk goes on keeps it, and begins the next one under the name", async () => {
    const test = await gateway();
    const nobody = await test.connect();
    await queue(test, nobody);
    const dana = await test.connect({ token: nobody.token ?? "", identity: "jwt-of-dana" });
    expect([visitOf(dana), dana.state?.phase]).toEqual([visitOf(nobody), "waiting"]);
    dana.send({ kind: "cancel" });
    await dana.phase("idle");
    dana.join(FORM);
    expect((await dana.frame("refused")).code).toBe("bad-token");
    expect(test.joins).toHaveLength(1);
    const again = await test.connect({ identity: "jwt-of-dana" });
    expect(visitOf(again)).not.toBe(visitOf(nobody));
  });

  it("with an earlier talk as nobody in particular begins anew", async () => {
    const test = await gateway();
    const nobody = await test.connect();
    const dana = await test.connect({ token: nobody.token ?? "", identity: "jwt-of-dana" });
    expect(visitOf(dana)).not.toBe(visitOf(nobody));
  });
});
