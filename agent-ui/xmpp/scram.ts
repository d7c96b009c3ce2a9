/**
 * SCRAM (RFC 5802, RFC 7677) on WebCrypto. In browsers the library knows PLAIN only, which would show the password to the
 * server; here neither server nor wire ever sees it, and a server that does not know it either is found out.
 */

export type Hash = "SHA-1" | "SHA-256";
export type Credentials = { username: string; password: string };

/** One run of the exchange. Messages are binary strings: UTF-8 bytes as characters below 256, which is what base64 takes. */
export type ScramExchange = {
  /** `client-first-message`. */
  first(): string;
  /**
   * `client-final-message` to the server's challenge.
   * @throws Error when the challenge is not an answer to our nonce, or asks for too little work
   */
  answer(challenge: string): Promise<string>;
  /** Whether the server's last word proves that it knows the password too (RFC 5802 §3, ServerSignature). */
  verifies(success: string): boolean;
};

/** Fewer rounds than RFC 5802's minimum would let a false server guess the password from our answer. */
const MIN_ITERATIONS = 4096;
/** A server may cost us time, but not hang the page: about ten seconds of work. */
const MAX_ITERATIONS = 10_000_000;

const utf8 = new TextEncoder();
const toBinary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const fromBinary = (binary: string): Uint8Array<ArrayBuffer> => Uint8Array.from(binary, (char) => char.charCodeAt(0));
const binaryOf = (text: string): string => toBinary(utf8.encode(text));

/** SASLprep (RFC 4013) by its main step, NFKC, with its one mapping that people type: exotic spaces become a space. */
const prepare = (text: string): string =>
  text.replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, " ").normalize("NFKC");

/** Starts an exchange. `nonce` is a fresh random text without commas. */
export function createScram(hash: Hash, { username, password }: Credentials, nonce: string): ScramExchange {
  const name = prepare(username).replaceAll("=", "=3D").replaceAll(",", "=2C");
  const firstBare = binaryOf(`n=${name},r=${nonce}`);
  let expected: string | undefined;
  return {
    first: () => `n,,${firstBare}`,
    async answer(challenge) {
      const { r = "", s = "", i = "" } = attributes(challenge);
      const iterations = Number(i);
      if (!r.startsWith(nonce) || r === nonce || s === "")
        throw new Error("the server's challenge does not answer ours");
      if (!(iterations >= MIN_ITERATIONS && iterations <= MAX_ITERATIONS)) {
        throw new Error(`the server asks for ${i} iterations, which is out of bounds`);
      }
      const salted = await pbkdf2(hash, prepare(password), fromBinary(atob(s)), iterations);
      const clientKey = await hmac(hash, salted, "Client Key");
      const storedKey = new Uint8Array(await crypto.subtle.digest(hash, clientKey));
      const withoutProof = `c=${btoa("n,,")},r=${r}`;
      const signed = `${firstBare},${challenge},${withoutProof}`;
      const signature = await hmac(hash, storedKey, signed);
      const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
      const serverKey = await hmac(hash, salted, "Server Key");
      expected = btoa(toBinary(await hmac(hash, serverKey, signed)));
      return `${withoutProof},p=${btoa(toBinary(proof))}`;
    },
    verifies: (success) => expected !== undefined && attributes(success).v === expected,
  };
}

function attributes(message: string): Record<string, string> {
  const pairs = message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]);
  return Object.fromEntries(pairs);
}

async function pbkdf2(
  hash: Hash,
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", utf8.encode(password), "PBKDF2", false, ["deriveBits"]);
  const bits = hash === "SHA-1" ? 160 : 256;
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt, iterations }, key, bits));
}

async function hmac(hash: Hash, secret: Uint8Array<ArrayBuffer>, message: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, fromBinary(message)));
}
