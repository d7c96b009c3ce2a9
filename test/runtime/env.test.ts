import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  flag,
  list,
  oneOf,
  port,
  readEnv,
  SettingsError,
  seconds,
  secret,
  text,
  url,
  wholeNumber,
} from "../../runtime/env.ts";

const shape = {
  DOMAIN: text(),
  TITLE: text("Foyer"),
  SECRET: secret(10),
  PORT: port(8080),
  WAIT_S: seconds(30),
  MOST: wholeNumber(1, 5),
  LEVEL: oneOf(["debug", "info"], "info"),
  DEMO: flag(false),
  SERVICE: url(["xmpp:"], "xmpp://127.0.0.1:5347"),
  ORIGINS: list(),
};
const least = { DOMAIN: "example.org", SECRET: "0123456789", MOST: "3" };

const mistakes = (source: Record<string, string>): readonly string[] => {
  try {
    readEnv(shape, source);
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
};

describe("settings from the environment", () => {
  it("have their types and defaults", () => {
    expect(readEnv(shape, least)).toEqual({
      DOMAIN: "example.org",
      TITLE: "Foyer",
      SECRET: "0123456789",
      PORT: 8080,
      WAIT_S: 30,
      MOST: 3,
      LEVEL: "info",
      DEMO: false,
      SERVICE: "xmpp://127.0.0.1:5347",
      ORIGINS: [],
    });
  });

  it("are taken as given, blanks around them dropped, others ignored", () => {
    const given = {
      ...least,
      PORT: " 80 ",
      LEVEL: "debug",
      DEMO: "Yes",
      ORIGINS: "https://a, https://b,",
      TITLE: "  ",
      OTHER: "x",
    };
    expect(readEnv(shape, given)).toMatchObject({
      PORT: 80,
      LEVEL: "debug",
      DEMO: true,
      ORIGINS: ["https://a", "https://b"],
      TITLE: "Foyer",
    });
  });

  it("that are wrong are reported all together, each by its name and in words", () => {
    const source = {
      SECRET: "short",
      PORT: "99999",
      WAIT_S: "soon",
      MOST: "0",
      LEVEL: "loud",
      DEMO: "maybe",
      SERVICE: "http://x",
    };
    expect(mistakes(source)).toEqual([
      "DOMAIN is missing",
      "SECRET must have at least 10 characters",
      "PORT must be a whole number from 1 to 65535",
      "WAIT_S must be a whole number from 0 to 604800",
      "MOST must be a whole number from 1 to 5",
      "LEVEL must be one of: debug, info",
      "DEMO must be true or false",
      "SERVICE must be an address that begins with xmpp://",
    ]);
  });

  it("never show a secret in what is wrong with it", () => {
    expect(mistakes({ ...least, SECRET: "hunter2" }).join()).not.toContain("hunter2");
  });

  it.each(["1.5", "1e3", "0x10", "٣", "+3", "NaN", "9".repeat(30)])("do not take %j for a whole number", (value) => {
    expect(mistakes({ ...least, PORT: value })).toHaveLength(1);
  });
});

describe("a setting in a file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "foyer-env-"));
    await writeFile(join(folder, "secret"), "from-a-file-\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is read when the variable itself is not set", () => {
    const { SECRET: _, ...rest } = least;
    const source = { ...rest, SECRET_FILE: join(folder, "secret") };
    expect(readEnv(shape, source).SECRET).toBe("from-a-file-");
    expect(readEnv(shape, { ...source, SECRET: "from-the-variable" }).SECRET).toBe("from-the-variable");
  });

  it("that cannot be read is one mistake", () => {
    const { SECRET: _, ...rest } = least;
    expect(mistakes({ ...rest, SECRET_FILE: join(folder, "none") })).toEqual([
      "SECRET_FILE names a file that cannot be read",
    ]);
  });
});
