import { describe, expect, it } from "vitest";
import { SettingsError } from "../../runtime/env.ts";
import { readConfig } from "../../webchat/config.ts";
import { MOST, RATES } from "../../webchat/http/limits.ts";

const SECRETS = { COMPONENT_SECRET: "component-secret", TOKEN_SECRET: "0123456789abcdef0123456789abcdef" };

describe("the gateway's settings", () => {
  it("need two secrets; the rest is for one machine, reachable from it alone", () => {
    expect(readConfig(SECRETS)).toEqual({
      xmpp: { service: "xmpp://127.0.0.1:5347", domain: "localhost", secret: "component-secret" },
      http: { host: "127.0.0.1", port: 8080 },
      metrics: { host: "127.0.0.1", port: 9465 },
      trustedProxies: [],
      limits: { rates: RATES, most: MOST },
      tokenSecret: SECRETS.TOKEN_SECRET,
      agentWebsocketUrl: "ws://localhost:5280/xmpp-websocket",
      files: { publicUrl: "http://localhost:8080", server: "http://127.0.0.1:5280", maxBytes: 20 * 1024 * 1024 },
      visitorGraceS: 60,
      logLevel: "info",
    });
  });

  it("that are wrong are named all at once, without a secret's value", () => {
    const wrong = {
      TOKEN_SECRET: "hunter2",
      HTTP_PORT: "80 80",
      AGENT_WEBSOCKET_URL: "http://x",
      VISITOR_GRACE_S: "soon",
      TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/99",
      LIMITS: "joins.address=20:0.5, joins.everybody=1:1",
    };
    let mistakes: readonly string[] = [];
    try {
      readConfig(wrong);
    } catch (error) {
      if (error instanceof SettingsError) mistakes = error.mistakes;
    }
    const named = mistakes.map((one) => one.split(" ")[0]).sort();
    expect(named).toEqual([
      "AGENT_WEBSOCKET_URL",
      "COMPONENT_SECRET",
      "HTTP_PORT",
      "LIMITS",
      "TOKEN_SECRET",
      "TRUSTED_PROXIES",
      "VISITOR_GRACE_S",
    ]);
    expect(mistakes.join()).not.toContain("hunter2");
  });
});
