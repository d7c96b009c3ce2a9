import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { verifyIdentity } from "../../component/identity.ts";

const SECRET = "a-secret-of-the-shop-and-of-nobody-else";
const NOW = 1_800_000_000_000;
const CLAIMS = {
  sub: "customer-7",
  name: "Dana Hart",
  email: "dana@shop.example",
  aud: "support",
  exp: NOW / 1000 + 300,
};

const signed = (claims: Record<string, unknown>, secret = SECRET, alg = "HS256"): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
const verify = (jwt: string) => verifyIdentity(jwt, { secret: SECRET, audience: "support", now: NOW });

/** Why it is refused; it must be. */
async function refusal(jwt: string | Promise<string>): Promise<string> {
  const error = await verify(await jwt).then(
    () => undefined,
    (one: unknown) => one,
  );
  expect(error).toMatchObject({
    type: "modify",
    condition: "not-acceptable",
    message: expect.stringMatching(/^identity: /),
  });
  return error instanceof Error ? error.message.slice("identity: ".length) : "";
}

describe("what a site says about its visitor", () => {
  it("is believed when it is signed with the workgroup's secret", async () => {
    const identity = { subject: "customer-7", name: "Dana Hart", email: "dana@shop.example" };
    expect(await verify(await signed(CLAIMS))).toEqual(identity);
    expect(await verify(await signed({ ...CLAIMS, aud: ["sales", "support"], nickname: "ignored" }))).toEqual(identity);
  });

  it("may be no more than who it is", async () => {
    const { name, email, ...who } = CLAIMS;
    expect([name, email]).not.toContain(undefined);
    expect(await verify(await signed(who))).toEqual({ subject: "customer-7", name: "", email: "" });
  });

  it("is good to the end of its time, and for a little more: clocks differ", async () => {
    expect(await verify(await signed({ ...CLAIMS, exp: NOW / 1000 - 30 }))).toBeDefined();
    expect(await refusal(signed({ ...CLAIMS, exp: NOW / 1000 - 90 }))).toBe("it has expired");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["another workgroup", { ...CLAIMS, aud: "sales" }, '"aud" is not as it should be'],
    ["no workgroup", { ...CLAIMS, aud: undefined }, '"aud" is not as it should be'],
    ["no end", { ...CLAIMS, exp: undefined }, '"exp" is not as it should be'],
    ["a time to come", { ...CLAIMS, nbf: NOW / 1000 + 600 }, '"nbf" is not as it should be'],
    ["nobody", { ...CLAIMS, sub: undefined }, '"sub" is not as it should be'],
    ["an empty name for who it is", { ...CLAIMS, sub: " " }, '"sub" names nobody'],
    ["who it is as an object", { ...CLAIMS, sub: { $ne: "" } }, '"sub" is no text of at most 200 characters'],
    ["a name that is a list", { ...CLAIMS, name: ["Dana"] }, '"name" is no text of at most 200 characters'],
    ["a name without end", { ...CLAIMS, name: "x".repeat(201) }, '"name" is no text of at most 200 characters'],
  ])("is refused when it is for or of %s", async (_, claims, why) => {
    expect(await refusal(signed(claims))).toBe(why);
  });

  it("is refused when it is signed with another secret, or edited afterwards", async () => {
    expect(await refusal(signed(CLAIMS, "another-secret-that-is-long-enough-too"))).toBe("the signature is not ours");
    const [head = "", , mark = ""] = (await signed(CLAIMS)).split(".");
    const other = Buffer.from(JSON.stringify({ ...CLAIMS, sub: "customer-8" })).toString("base64url");
    expect(await refusal(`${head}.${other}.${mark}`)).toBe("the signature is not ours");
    expect(await refusal(`${head}.${other}.`)).toBe("the signature is not ours");
  });

  it("is refused when it is signed in any other way, or not at all", async () => {
    expect(await refusal(signed(CLAIMS, SECRET.repeat(2), "HS512"))).toBe("it must be signed with HS256");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsa = new SignJWT(CLAIMS).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    expect(await refusal(rsa)).toBe("it must be signed with HS256");
    expect(await refusal(new UnsecuredJWT(CLAIMS).encode())).toBe("it must be signed with HS256");
  });

  it("is refused when a public key's text was taken for a secret", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
    expect(await refusal(signed(CLAIMS, pem))).toBe("the signature is not ours");
  });

  it.each(["", "x", "a.b", "a.b.c", "..", `${"x".repeat(5_000)}`, "\u0000", "{}", "null"])(
    "%j is refused",
    async (jwt) => {
      expect(await refusal(jwt)).toMatch(/no signed JWT|too long|HS256/);
    },
  );
});
