/**
 * The token by which a browser is known again: it names a visit and the workgroup it belongs to, signed by us (JWT, HS256).
 * It is a bearer's secret: it travels in frames only, never in an address, a cookie or the log.
 *
 * Each hello is answered with a new one, and so is an open page every few minutes. Who used a new one has no use for those
 * before it: they are refused a little later, so that one that was stolen is soon worthless. Which was used last is
 * remembered in this process only. A gateway keeps nothing over a restart; after one, and at another gateway, an older token
 * is good until it expires, which is why it lives for a day and no longer.
 */
import { errors, jwtVerify, SignJWT } from "jose";

/** How long a token is good, in seconds. A tab that is opened again within the day goes on where it was. */
export const TOKEN_LIFE_S = 24 * 60 * 60;
/** How long older tokens stay good once a newer one was used: another tab may be saying hello with one. */
const OVERLAP_S = 60;
// Clocks of several gateways may differ a little.
const LEEWAY_S = 60;
const VISIT_ID = /^[a-z0-9]{20}$/;

export type Tokens = {
  issue(of: Claims & { workgroup: string }): Promise<string>;
  /** What the token names; null when it is forged, expired, replaced, or another workgroup's. */
  verify(token: string, workgroup: string): Promise<Claims | null>;
};

/** `isIdentified`: the visit of somebody the site knows; the token alone does not open it. */
export type Claims = { visit: string; isIdentified: boolean };

/** `now` in epoch ms. The last tokens used are remembered of at most `mostKept` visits. */
export function createTokens(secret: string, now: () => number, mostKept = 100_000): Tokens {
  const key = new TextEncoder().encode(secret);
  const nowS = (): number => Math.floor(now() / 1000);
  /** By visit: when the newest token that was used was issued, and when it was used first; in seconds. */
  const used = new Map<string, { issuedAt: number; at: number }>();
  /** The newest instant in any token that was issued or used. A newer token bears no older one, whoever's clock was wrong. */
  let latest = 0;

  /** False when the token was replaced by one that has been in use for a while. */
  function use(visit: string, issuedAt: number): boolean {
    const newest = used.get(visit);
    if (newest && issuedAt < newest.issuedAt) return nowS() - newest.at < OVERLAP_S;
    if (newest?.issuedAt === issuedAt) return true;
    used.delete(visit);
    used.set(visit, { issuedAt, at: nowS() });
    for (const [oldest] of used) {
      if (used.size <= mostKept) break;
      used.delete(oldest);
    }
    return true;
  }

  return {
    issue: ({ visit, workgroup, isIdentified }) => {
      latest = Math.max(nowS(), latest);
      return new SignJWT({ visit, workgroup, ...(isIdentified && { identified: true }) })
        .setProtectedHeader({ alg: "HS256" })
        .setIssuedAt(latest)
        .setExpirationTime(nowS() + TOKEN_LIFE_S)
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
        const { visit, iat = 0 } = payload;
        if (payload.workgroup !== workgroup || typeof visit !== "string" || !VISIT_ID.test(visit)) return null;
        latest = Math.max(latest, iat);
        return use(visit, iat) ? { visit, isIdentified: payload.identified === true } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
