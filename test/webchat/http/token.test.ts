import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createTokens, TOKEN_LIFE_S } from "../../../webchat/http/token.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const VISIT = "abcdefghijklmnopqrst";
const NOW = 1_800_000_000_000;
const tokens = createTokens(SECRET, () => NOW);

describe("a token", () => {
  it("names the visit to the workgroup it was made for", async () => {
    expect(
      await tokens.verify(await tokens.issue({ visit: VISIT, workgroup: "support", isIdentified: false }), "support"),
    ).toEqual({ visit: VISIT, isIdentified: false });
    const known = await tokens.issue({ visit: VISIT, workgroup: "support", isIdentified: true });
    expect(await tokens.verify(known, "support")).toEqual({ visit: VISIT, isIdentified: true });
  });

  it("of another workgroup is refused", async () => {
    expect(
      await tokens.verify(await tokens.issue({ visit: VISIT, workgroup: "support", isIdentified: false }), "sales"),
    ).toBeNull();
  });

  it("is good for its time and no longer", async () => {
    const token = await tokens.issue({ visit: VISIT, workgroup: "support", isIdentified: false });
    const at = (s: number) => createTokens(SECRET, () => NOW + s * 1000).verify(token, "support");
    expect((await at(TOKEN_LIFE_S - 10))?.visit).toBe(VISIT);
    expect(await at(TOKEN_LIFE_S + 120)).toBeNull();
  });

  it("is refused a little after a newer one was used; the newer one stays good however often it is used", async () => {
    let at = NOW;
    const mine = createTokens(SECRET, () => at);
    const of = { visit: VISIT, workgroup: "support", isIdentified: false };
    const old = await mine.issue(of);
    const use = (token: string) => mine.verify(token, "support");
    at += 10_000;
    const next = await mine.issue(of);
    // That there is a newer one is not enough: it may never have reached the page.
    at += 3_600_000;
    expect((await use(old))?.visit).toBe(VISIT);
    expect((await use(next))?.visit).toBe(VISIT);
    at += 59_000;
    expect((await use(old))?.visit).toBe(VISIT);
    at += 2_000;
    expect(await use(old)).toBeNull();
    expect((await use(next))?.visit).toBe(VISIT);
    // Another visit's are its own matter, and a process that has just started knows of none.
    const other = { ...of, visit: "z".repeat(20) };
    expect((await use(await createTokens(SECRET, () => NOW).issue(other)))?.visit).toBe(other.visit);
    expect((await createTokens(SECRET, () => at).verify(old, "support"))?.visit).toBe(VISIT);
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("is good though the clock was set %s when it was issued, and so is the next", async (_, off) => {
    let at = NOW;
    const mine = createTokens(SECRET, () => at);
    const of = { visit: VISIT, workgroup: "support", isIdentified: false };
    const use = (token: string) => mine.verify(token, "support");
    expect(await use(await mine.issue(of))).not.toBeNull();
    for (const wrong of [off, 0]) {
      at += wrong;
      const token = await mine.issue(of);
      at -= wrong;
      at += 120_000;
      expect((await use(token))?.visit).toBe(VISIT);
    }
  });

  it("of the newest visits are remembered, not of all that ever were", async () => {
    let at = NOW;
    const mine = createTokens(SECRET, () => at, 1);
    const of = { visit: VISIT, workgroup: "support", isIdentified: false };
    const old = await mine.issue(of);
    at += 1_000;
    await mine.verify(await mine.issue(of), "support");
    await mine.verify(await mine.issue({ ...of, visit: "z".repeat(20) }), "support");
    at += 100_000;
    expect((await mine.verify(old, "support"))?.visit).toBe(VISIT);
  });

  it("signed with another secret is refused", async () => {
    const other = createTokens("f".repeat(32), () => NOW);
    expect(
      await tokens.verify(await other.issue({ visit: VISIT, workgroup: "support", isIdentified: false }), "support"),
    ).toBeNull();
  });

  it("whose payload was edited is refused", async () => {
    const [head, , signature] = (await tokens.issue({ visit: VISIT, workgroup: "support", isIdentified: false })).split(
      ".",
    );
    const payload = Buffer.from(JSON.stringify({ visit: "z".repeat(20), workgroup: "support", iat: 1, exp: 9e9 }));
    expect(await tokens.verify(`${head}.${payload.toString("base64url")}.${signature}`, "support")).toBeNull();
  });

  it("without a signature (alg none) is refused", async () => {
    const token = new UnsecuredJWT({ visit: VISIT, workgroup: "support", isIdentified: false })
      .setIssuedAt()
      .setExpirationTime("1h")
      .encode();
    expect(await tokens.verify(token, "support")).toBeNull();
  });

  it.each([
    ["no expiry", { visit: VISIT, workgroup: "support", iat: 1_800_000_000 }],
    ["a visit that is no id of ours", { visit: "a@b/c", workgroup: "support", iat: 1_800_000_000, exp: 1_900_000_000 }],
    ["a visit that is no text", { visit: ["x"], workgroup: "support", iat: 1_800_000_000, exp: 1_900_000_000 }],
  ])("rightly signed but with %s is refused", async (_, claims) => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET));
    expect(await tokens.verify(token, "support")).toBeNull();
  });

  it.each(["", "x", "a.b.c", "..", "eyJhbGciOiJIUzI1NiJ9.e30.", "\u0000"])("%j is refused", async (token) => {
    expect(await tokens.verify(token, "support")).toBeNull();
  });
});
