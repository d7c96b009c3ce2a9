import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { fillTemplate, luaLiteral, passwordLine, prosodyConfig } from "../../stack/prosody-config.ts";
import { readSettings } from "../../stack/settings.ts";

const secrets = {
  postgresPassword: "p",
  foyerDatabasePassword: "f",
  prosodyDatabasePassword: "d",
  componentSecret: "component-secret",
  webchatSecret: "webchat-secret",
  tokenSecret: "t",
  passwords: {},
  accountsMade: [],
};

describe("a value in Lua", () => {
  it.each(['say "hi"', "back\\slash", "two\nlines", "]]--", "Zoë ☎", "\u0000"])("means the same there: %j", (value) => {
    const { stdout } = spawnSync("lua5.4", ["-e", `io.write(${luaLiteral(value)})`]);
    expect(stdout.toString()).toBe(value);
  });
});

describe("the template", () => {
  it("is filled, lists with separators between", () => {
    expect(fillTemplate("a = {{a}}; b = { {{b}} }", { a: 5222, b: ["x", "y"] })).toBe('a = 5222; b = { "x"; "y" }');
  });

  it("that asks for something unknown is a bug, not an empty setting", () => {
    expect(() => fillTemplate("{{nobody}}", {})).toThrow('"nobody"');
  });

  it("makes a configuration that Lua can read, with nothing left open", async () => {
    const sql = "postgresql://prosody:pass%22word@127.0.0.1:15432/prosody";
    const config = await prosodyConfig(readSettings({ FOYER_DOMAIN: "example.com" }), secrets, sql, "/proc/self/cwd");
    expect(config).not.toMatch(/\{\{|undefined/);
    expect(config).toContain('Component("workgroup.example.com")');
    expect(config).toContain(`database = "dbname='prosody' passfile='/proc/self/cwd/.pgpass'"`);
    expect(config).not.toMatch(/pass.{0,4}word"|034word/);
    expect(passwordLine("postgresql://a:x%3Ay%5C@h/d")).toBe("*:*:*:*:x\\:y\\\\\n");
    const { status, stderr } = spawnSync("luac5.4", ["-p", "-"], { input: config });
    // Debian's Lua brings the compiler; without it Prosody itself is the judge, in stack.test.ts.
    if (status !== null) expect(stderr.toString()).toBe("");
  });

  it("speaks to other servers only where it is told to listen for them", async () => {
    const sql = "postgresql://prosody:password@127.0.0.1:15432/prosody";
    const alone = await prosodyConfig(readSettings({}), secrets, sql, "/proc/self/cwd");
    expect(alone).toMatch(/modules_disabled = \{ "s2s"; .*s2s_ports = \{ {2}\}/s);
    const open = await prosodyConfig(readSettings({ FOYER_S2S: "0.0.0.0:5269" }), secrets, sql, "/proc/self/cwd");
    expect(open).toMatch(/modules_disabled = \{ {2}\}.*s2s_ports = \{ 5269 \}\ns2s_interfaces = \{ "0\.0\.0\.0" \}/s);
  });
});
