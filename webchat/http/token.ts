/**
 * The token by which a browser is known again: it names a visit and the workgroup it belongs to, signed by us (JWT, HS256).
 * It is a bearer's secret: it travels in frames only, never in an address, a cookie or the log.
 */
import { errors, jwtVerify, SignJWT } from "jose";

/** How long a token is good, in seconds; every welcome renews it. */
export const TOKEN_LIFE_S = 7 * 24 * 60 * 60;
// Clocks of several gateways may differ a little.
const LEEWAY_S = 60;
const VISIT_ID = /^[a-z0-9]{20}$/;

export type Tokens = {
  issue(of: { visit: string; workgroup: string }): Promise<string>;
  /** The visit the token names; null when it is forged, expired, or another workgroup's. */
  verify(token: string, workgroup: string): Promise<string | null>;
};

/** `now` in epoch ms. */
export function createTokens(secret: string, now: () => number): Tokens {
  const key = new TextEncoder().encode(secret);
  return {
    issue: ({ visit, workgroup }) => {
      const issuedAt = Math.floor(now() / 1000);
      return new SignJWT({ visit, workgroup })
        .setProtectedHeader({ alg: "HS256" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + TOKEN_LIFE_S)
        .sign(key);
    },
    verify: async (token, workgroup) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          requiredClaims: ["visit", "workgroup", "iat", "exp"],
          currentDate: new Date(now()),
          clockTolerance: LEEWAY_S,
        });
        const { visit } = payload;
        if (payload.workgroup !== workgroup || typeof visit !== "string" || !VISIT_ID.test(visit)) return null;
        return visit;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
