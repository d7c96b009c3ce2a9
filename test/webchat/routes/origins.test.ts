/** Whose pages may have a workgroup's chat: asked at every door a page comes through. */
import { describe, expect, it } from "vitest";
import { VisitorSocket } from "../../support/visitor-socket.ts";
import { startGateway, type TestGateway, visitOf } from "../gateway.ts";

const SHOP = "https://shop.example";
const STRANGERS = [
  "https://evil.example",
  "https://shop.example.evil.example",
  "http://shop.example",
  "https://shop.example:8443",
  "null",
];

async function gatewayFor(...origins: string[]): Promise<TestGateway> {
  const test = await startGateway();
  test.origins = origins;
  return test;
}

const ask = (test: TestGateway, origin?: string) =>
  fetch(`${test.url}/workgroups/support`, origin === undefined ? {} : { headers: { Origin: origin } });

/** Says hello from a page of that origin: the code of the refusal, or "welcome". */
async function hello(test: TestGateway, origin: string | undefined, token?: string): Promise<string> {
  const socket = await VisitorSocket.open(test.url, "support", origin === undefined ? {} : { headers: { origin } });
  socket.send({ kind: "hello", workgroup: "support", ...(token === undefined ? {} : { token }) });
  const answer = await socket.inbox.first(
    "an answer",
    (frame) => (frame.kind === "refused" || frame.kind === "welcome") && frame,
  );
  socket.vanish();
  return answer.kind === "refused" ? answer.code : answer.kind;
}

describe("a workgroup that names its sites", () => {
  it("gives its card to their pages, and to them by name", async () => {
    const test = await gatewayFor("https://www.shop.example", SHOP);
    const answer = await ask(test, SHOP);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(SHOP);
    expect(answer.headers.get("vary")).toContain("Origin");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(await answer.json()).not.toHaveProperty("origins");
    expect(await hello(test, SHOP)).toBe("welcome");
  });

  it.each(STRANGERS)("gives nothing to a page of %s", async (origin) => {
    const test = await gatewayFor(SHOP);
    const answer = await ask(test, origin);
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("vary")).toContain("Origin");
    expect(await answer.json()).toEqual({
      error: { code: "origin-not-allowed", text: "This chat is not meant for this page" },
    });
    expect(await hello(test, origin)).toBe("origin-not-allowed");
  });

  it("gives nothing to a stranger's page that has got hold of a token either", async () => {
    const test = await gatewayFor(SHOP);
    const dana = await VisitorSocket.connect(test.url, "support", {}, { headers: { origin: SHOP } });
    const token = dana.token ?? "";
    expect(await hello(test, "https://evil.example", token)).toBe("origin-not-allowed");
    expect(test.asked).not.toContain("visit");
    expect(await hello(test, SHOP, token)).toBe("welcome");
    dana.vanish();
  });

  it("is there for our own pages, whatever they are called, and for what is no page", async () => {
    const test = await gatewayFor(SHOP);
    for (const origin of [test.url, undefined]) {
      expect((await ask(test, origin)).status).toBe(200);
      expect(await hello(test, origin)).toBe("welcome");
    }
  });

  it("that is not to be found any more lets its talks go on", async () => {
    const test = await gatewayFor(SHOP);
    const dana = await test.talk();
    const { answer } = test.link;
    test.link.answer = (request) => {
      if (
        ["query", "workgroup-form", "chat-settings"].includes(request.payload.name) &&
        request.to.startsWith("support")
      )
        return answer({ ...request, to: "nobody@workgroup.example.org" });
      return answer(request);
    };
    const back = await VisitorSocket.connect(
      test.url,
      "support",
      { token: dana.token ?? "" },
      { headers: { origin: SHOP } },
    );
    expect([visitOf(back), back.state?.phase]).toEqual([visitOf(dana), "talking"]);
    back.vanish();
  });
});

describe("a workgroup that names none", () => {
  it.each([...STRANGERS, SHOP])("is there for pages of %s", async (origin) => {
    const test = await gatewayFor();
    const answer = await ask(test, origin);
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(await hello(test, origin)).toBe("welcome");
  });
});
