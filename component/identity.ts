/**
 * Reads what a site says about its visitor: a JWT signed with the workgroup's own secret (HS256). Whatever is wrong with it,
 * the whole is refused: who is let in as somebody unknown instead would be told nothing, and the agent would be misled.
 */
import { errors, jwtVerify } from "jose";
import { notAcceptable, StanzaError } from "../protocol/stanza-error.ts";
import type { Identity } from "../protocol/workgroup/identity.ts";

/** Shortest secret: as long as what HS256 makes of it. */
export const LEAST_SECRET = 32;
const MOST_JWT = 4_000;
const LEEWAY_S = 60;

/**
 * `audience` is the workgroup's name, `now` epoch ms.
 * @throws StanzaError `not-acceptable` whose text begins with "identity:" and says what is wrong
 */
export async function verifyIdentity(
  jwt: string,
  { secret, audience, now }: { secret: string; audience: string; now: number },
): Promise<Identity> {
  if (jwt.length > MOST_JWT) throw refused("it is too long");
  try {
    const { payload } = await jwtVerify(jwt, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
      audience,
      requiredClaims: ["sub", "exp", "aud"],
      clockTolerance: LEEWAY_S,
      currentDate: new Date(now),
    });
    const subject = textOf(payload.sub, "sub", 200);
    if (subject === "") throw refused('"sub" names nobody');
    return { subject, name: textOf(payload.name, "name", 200), email: textOf(payload.email, "email", 320) };
  } catch (error) {
    if (error instanceof StanzaError) throw error;
    throw refused(reasonOf(error));
  }
}

const refused = (why: string): StanzaError => notAcceptable(`identity: ${why}`);

function textOf(value: unknown, claim: string, most: number): string {
  if (value === undefined) return "";
  if (typeof value !== "string" || value.length > most)
    throw refused(`"${claim}" is no text of at most ${most} characters`);
  return value.trim();
}

/** What its maker should know; a stranger learns nothing from it. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `"${error.claim}" is not as it should be`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the signature is not ours";
  if (error instanceof errors.JOSEAlgNotAllowed) return "it must be signed with HS256";
  if (error instanceof errors.JOSEError) return "it is no signed JWT";
  throw error;
}
