/** Names of visits: the local part of a visitor's address at the gateway. 20 lower-case letters and digits, some 100 bits. */
import { createHmac, randomBytes } from "node:crypto";

const LETTERS = "abcdefghijklmnopqrstuvwxyz012345";

const lettersOf = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, 20)].map((byte) => LETTERS[byte % LETTERS.length]).join("");

/** For somebody new. */
export const newVisitId = (): string => lettersOf(randomBytes(20));

/**
 * For somebody whom the site knows by `subject`: always the same, in every browser, so that neither a cookie nor a token
 * decides who sees whose talks. Without our secret nobody can tell it from a random one.
 */
export function visitIdOf(secret: string, workgroup: string, subject: string): string {
  return lettersOf(
    createHmac("sha256", secret)
      .update(JSON.stringify(["visit", workgroup, subject]))
      .digest(),
  );
}
