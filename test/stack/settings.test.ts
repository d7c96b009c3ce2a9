import { describe, expect, it } from "vitest";
import { CannotStart } from "../../stack/cannot-start.ts";
import { ROOT, readSettings } from "../../stack/settings.ts";

function mistakesOf(env: Record<string, string>): string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof CannotStart) return error.lines;
    throw error;
  }
}

describe("settings", () => {
  it("are all there when nothing is set", () => {
    expect(readSettings({})).toEqual({
      dataDir: `${ROOT}/data`,
      domain: "localhost",
      host: "127.0.0.1",
      ports: {
        http: 8080,
        c2s: 5222,
        prosodyHttp: 5280,
        component: 5347,
        postgres: 15432,
        componentMetrics: 9464,
        webchatMetrics: 9465,
      },
      s2s: undefined,
      mail: undefined,
      websocketUrl: "ws://localhost:5280/xmpp-websocket",
      publicUrl: "http://localhost:8080",
      maxFileMb: 20,
      admins: [],
      demoPassword: undefined,
      logLevel: "info",
      databaseUrl: undefined,
      prosodyDatabaseUrl: undefined,
    });
  });

  it("count as not set when they are empty", () => {
    expect(readSettings({ FOYER_HTTP_PORT: "", DATABASE_URL: "" })).toEqual(readSettings({}));
  });

  it("follow one another: the addresses have their ports", () => {
    expect(readSettings({ FOYER_HTTP_PORT: "18080" }).publicUrl).toBe("http://localhost:18080");
    expect(readSettings({ FOYER_URL: "https://chat.example.org/" }).publicUrl).toBe("https://chat.example.org");
    expect(readSettings({ FOYER_PROSODY_HTTP_PORT: "15280" }).websocketUrl).toBe("ws://localhost:15280/xmpp-websocket");
  });
});

describe("e-mail", () => {
  it("leaves by a server from an address", () => {
    const mail = { SMTP_URL: "smtps://desk@mail.example", SMTP_PASSWORD: "x", MAIL_FROM: "chat@shop.example" };
    expect(readSettings(mail).mail).toEqual({ url: mail.SMTP_URL, password: "x", from: "chat@shop.example" });
  });

  it("has both, and both are right", () => {
    expect(mistakesOf({ SMTP_URL: "smtp://mail.example" })).toEqual([expect.stringMatching(/^MAIL_FROM must be/)]);
    expect(mistakesOf({ SMTP_URL: "smtp://x", MAIL_FROM: "chat" })).toEqual([expect.stringMatching(/^MAIL_FROM must/)]);
    expect(mistakesOf({ SMTP_URL: "http://x", MAIL_FROM: "a@b.c" })).toEqual([expect.stringMatching(/^SMTP_URL must/)]);
  });
});

describe("mistaken settings", () => {
  it("are reported together, each by name", () => {
    const mistakes = mistakesOf({
      FOYER_HTTP_PORT: "99999",
      FOYER_C2S_PORT: "http",
      FOYER_DOMAIN: "Example.Com",
      FOYER_LOG_LEVEL: "loud",
      DATABASE_URL: "mysql://x",
    });
    expect(mistakes.map((line) => line.split(" ")[0]).sort()).toEqual([
      "DATABASE_URL",
      "FOYER_C2S_PORT",
      "FOYER_DOMAIN",
      "FOYER_HTTP_PORT",
      "FOYER_LOG_LEVEL",
    ]);
  });

  it("never show a password", () => {
    const [mistake] = mistakesOf({ FOYER_DEMO_PASSWORD: "abc" });
    expect(mistake).toContain("FOYER_DEMO_PASSWORD");
    expect(mistake).not.toContain("abc");
  });
});
