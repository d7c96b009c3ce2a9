import { describe, expect, it } from "vitest";
import { createScram } from "../../../agent-ui/xmpp/scram.ts";

describe("SCRAM with the examples of the RFCs", () => {
  it("computes the proof of RFC 5802 and recognises its server", async () => {
    const scram = createScram("SHA-1", { username: "user", password: "pencil" }, "fyko+d2lbbFgONRv9qkxdawL");
    expect(scram.first()).toBe("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    const challenge = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    expect(await scram.answer(challenge)).toBe(
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    );
    expect(scram.verifies("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")).toBe(true);
  });

  it("computes the proof of RFC 7677", async () => {
    const scram = createScram("SHA-256", { username: "user", password: "pencil" }, "rOprNGfwEbeRWgbNEkqO");
    const challenge = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    expect(await scram.answer(challenge)).toBe(
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    );
    expect(scram.verifies("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).toBe(true);
  });
});

describe("SCRAM with a server that is not what it says", () => {
  const started = () => createScram("SHA-256", { username: "anna", password: "secret" }, "abc");

  it("refuses a signature that does not fit, and one that came before its time", async () => {
    const scram = started();
    expect(scram.verifies("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).toBe(false);
    await scram.answer("r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    expect(scram.verifies("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).toBe(false);
    expect(scram.verifies("")).toBe(false);
  });

  it.each([
    ["another nonce", "r=xyzdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"],
    ["nothing added to our nonce", "r=abc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"],
    ["no salt", "r=abcdef,i=4096"],
    ["too few iterations", "r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1"],
    ["iterations without end", "r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4000000000"],
    ["no number", "r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many"],
  ])("refuses a challenge with %s", async (_, challenge) => {
    await expect(started().answer(challenge)).rejects.toThrow(/server/);
  });
});

describe("SCRAM with names and passwords of all kinds", () => {
  it("escapes what would divide the message, and sends UTF-8", () => {
    const scram = createScram("SHA-256", { username: "a=b,ü", password: "" }, "n0");
    expect(scram.first()).toBe("n,,n=a=3Db=2C\u00c3\u00bc,r=n0");
  });
});
