import { describe, expect, it } from "vitest";
import { folderOf, startGateway } from "../gateway.ts";

const get = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
};

describe("GET /workgroups/:name", () => {
  it("tells what a page needs to know, to pages of any site", async () => {
    const { url } = await startGateway();
    const answer = await get(`${url}/workgroups/support`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=5");
    expect(answer.json()).toEqual({
      name: "support",
      maxFileBytes: 20_000,
      title: "Support",
      description: "We help",
      availability: "open",
      waitS: 20,
      form: {
        title: "Ask us",
        instructions: "",
        fields: [
          { name: "username", type: "text-single", label: "Name", required: true, options: [], values: [] },
          { name: "question", type: "text-multi", label: "Question", required: false, options: [], values: [] },
        ],
      },
      texts: { greeting: "Hello" },
    });
  });

  it("gives texts in the page's language", async () => {
    const { url } = await startGateway();
    expect((await get(`${url}/workgroups/support?lang=de`)).json().texts).toEqual({ greeting: "Guten Tag" });
  });

  it("asks the workgroup once, however many pages ask", async () => {
    const { url, asked } = await startGateway();
    await Promise.all(Array.from({ length: 20 }, () => get(`${url}/workgroups/support`)));
    await get(`${url}/workgroups/Support`);
    expect(asked.filter((name) => name === "workgroup-form")).toHaveLength(1);
  });

  it.each([
    "nobody",
    "a%00b",
    "a%20b",
    "..%2f..%2fetc",
    "x".repeat(2_000),
    "%3Cscript%3E",
    "a@b",
    "__proto__",
    "evil.example%2fx",
  ])("answers 404 for %s", async (name) => {
    const { url, link } = await startGateway();
    const answer = await get(`${url}/workgroups/${name}`);
    expect(answer.status).toBe(404);
    // Nobody outside of our workgroups was asked.
    expect(link.requests.filter(({ to }) => !to.endsWith("workgroup.example.org") || to.includes("/"))).toEqual([]);
    expect(answer.json()).toEqual({ error: { code: "unknown-workgroup", text: "There is no such workgroup" } });
  });

  it("answers 503 with a time to come back when the link is down, and not for longer than it is", async () => {
    const { url, link } = await startGateway();
    link.setOnline(false);
    const answer = await get(`${url}/workgroups/support`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(answer.json().error.code).toBe("unavailable");
    link.setOnline(true);
    expect((await get(`${url}/workgroups/support`)).status).toBe(200);
  });
});

describe("health", () => {
  it("is live and ready once the workgroup service answers", async () => {
    const { url } = await startGateway();
    expect((await get(`${url}/health/live`)).status).toBe(200);
    expect((await get(`${url}/health/ready`)).json()).toEqual({ status: "ready" });
  });

  it("is live but not ready without the link, and says why", async () => {
    const { url, link } = await startGateway();
    link.setOnline(false);
    expect((await get(`${url}/health/live`)).status).toBe(200);
    const answer = await get(`${url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(answer.json().error).toEqual({ code: "not-ready", text: "no link to the XMPP server" });
  });
});

describe("an address with nothing behind it", () => {
  it.each([
    ["GET", "/", 404, "not-found"],
    ["GET", "/nothing", 404, "not-found"],
    ["POST", "/health/live", 405, "method-not-allowed"],
    ["DELETE", "/workgroups/support", 405, "method-not-allowed"],
    ["GET", "/demo/%E0%A4%A", 400, "bad-request"],
    ["GET", "/workgroups/%E0%A4%A", 404, "unknown-workgroup"],
    ["GET", "/socket", 426, "upgrade-required"],
  ])("%s %s is answered with %d", async (method, path, status, code) => {
    const { url } = await startGateway();
    const answer = await get(`${url}${path}`, { method });
    expect(answer.status).toBe(status);
    expect(answer.json().error.code).toBe(code);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("pages and bundles", () => {
  const served = async () => {
    const widget = await folderOf({
      "chat.html": "<title>chat</title>",
      "embed.js": "embed()",
      "main-Ab12Cd34.js": "main()",
    });
    const demo = await folderOf({ "index.html": "<title>shop</title>", "shop.css": "a{}" });
    const agent = await folderOf({ "index.html": "<title>agent</title>", "app-Ab12Cd34.js": "app()" });
    return startGateway({ folders: { widget, demo, agent } });
  };

  it.each([
    ["/chat/support", "<title>chat</title>", "no-cache"],
    ["/embed.js", "embed()", "public, max-age=300"],
    ["/widget/main-Ab12Cd34.js", "main()", "public, max-age=31536000, immutable"],
    ["/demo/", "<title>shop</title>", "no-cache"],
    ["/demo/shop.css", "a{}", "public, max-age=300"],
    ["/agent/", "<title>agent</title>", "no-cache"],
    ["/agent/chats/7", "<title>agent</title>", "no-cache"],
    ["/agent/app-Ab12Cd34.js", "app()", "public, max-age=31536000, immutable"],
  ])("%s", async (path, text, caching) => {
    const { url } = await served();
    const answer = await get(`${url}${path}`);
    expect([answer.status, answer.text, answer.headers.get("cache-control")]).toEqual([200, text, caching]);
  });

  it("open the widget's files to every site, and no page of ours", async () => {
    const { url } = await served();
    for (const path of ["/embed.js", "/widget/main-Ab12Cd34.js"]) {
      expect((await get(`${url}${path}`)).headers.get("access-control-allow-origin")).toBe("*");
    }
    for (const path of ["/chat/support", "/agent/", "/agent/config.json", "/health/ready"]) {
      expect((await get(`${url}${path}`)).headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("are framed by nobody and run nothing foreign", async () => {
    const { url } = await served();
    for (const path of ["/chat/support", "/demo/", "/agent/"]) {
      const policy = (await get(`${url}${path}`)).headers.get("content-security-policy") ?? "";
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("style-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy.includes("wss://xmpp.example.org:5281")).toBe(path === "/agent/");
    }
  });

  it("lead from a folder without its slash to the one with it", async () => {
    const { url } = await served();
    expect((await get(`${url}/agent`)).headers.get("location")).toBe("/agent/");
    expect((await get(`${url}/demo?a=1`)).headers.get("location")).toBe("/demo/?a=1");
    expect((await get(`${url}//evil.example/..%2f`)).headers.get("location")).toBeNull();
  });

  it("tell the agent UI where to sign in", async () => {
    const { url } = await served();
    expect((await get(`${url}/agent/config.json`)).json()).toEqual({
      domain: "example.org",
      websocket: "wss://xmpp.example.org:5281/ws",
      files: "https://chat.example.org/",
      maxFileBytes: 20_000,
      workgroupService: "workgroup.example.org",
    });
  });

  it.each([
    "/agent/gone-Ab12Cd34.js",
    "/widget/gone.js",
    "/demo/../../package.json",
    "/widget/%2e%2e/%2e%2e/package.json",
  ])("do not give %s", async (path) => {
    const { url } = await served();
    const answer = await get(`${url}${path}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it.each(["/chat/support", "/embed.js", "/agent/"])("that were not built: %s says what to do", async (path) => {
    const { url } = await startGateway();
    const answer = await get(`${url}${path}`);
    expect(answer.status).toBe(503);
    expect(answer.json().error.text).toContain("npm run build");
  });
});
