/** Signs in with SCRAM and nothing else: registers our mechanisms with the library and checks the server's proof. */
import { type Client, xml } from "@xmpp/client";
import { type Credentials, createScram, type Hash, type ScramExchange } from "./scram.ts";
import type { SaslMechanism } from "./xmpp-client.d.ts";

const NS_SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
/** Best first. */
const MECHANISMS: readonly { name: string; hash: Hash }[] = [
  { name: "SCRAM-SHA-256", hash: "SHA-256" },
  { name: "SCRAM-SHA-1", hash: "SHA-1" },
];

/** `code` is a word for the sign-in page. */
export class SignInError extends Error {
  readonly code: "no-safe-mechanism" | "server-not-trusted" | "not-authorized" | "too-many-tries";
  constructor(code: SignInError["code"], options?: ErrorOptions) {
    super(code, options);
    this.name = "SignInError";
    this.code = code;
  }
}

type Authenticate = (credentials: object, mechanism: string, userAgent: ReturnType<typeof xml>) => Promise<void>;

/**
 * The `credentials` option of the library's client: called at each sign-in with the mechanisms that both sides know.
 * Throws SignInError when signing in again with the same password cannot help; anything else may be tried again.
 */
export function createAuthenticator(credentials: Credentials): {
  register(entity: Client): void;
  authenticate(authenticate: Authenticate, mechanisms: readonly string[]): Promise<void>;
} {
  let exchange: ScramExchange | undefined;
  let proof: string | undefined;

  function mechanismClass(name: string, hash: Hash): new () => SaslMechanism {
    return class {
      name = name;
      clientFirst = true;
      #challenge: string | undefined;
      #exchange = createScram(hash, credentials, crypto.randomUUID().replaceAll("-", ""));
      constructor() {
        exchange = this.#exchange;
        proof = undefined;
      }
      response(): string | Promise<string> {
        return this.#challenge === undefined ? this.#exchange.first() : this.#exchange.answer(this.#challenge);
      }
      challenge(challenge: string): void {
        this.#challenge = challenge;
      }
      /** Called by the library for SASL2 only. */
      final(data: string): void {
        proof = data;
      }
    };
  }

  return {
    register(entity) {
      // Whatever the library brings (PLAIN, and in Node its own slow SCRAM) is not to be chosen, by nobody's mistake.
      entity.saslFactory._mechs.splice(0);
      for (const { name, hash } of MECHANISMS) entity.saslFactory.use(name, mechanismClass(name, hash));
      // The library drops what comes with <success/> in SASL1; the server's proof is in it.
      entity.on("element", (element) => {
        if (element.is("success", NS_SASL)) proof = atob(element.text());
      });
    },
    async authenticate(authenticate, mechanisms) {
      const mechanism = MECHANISMS.find(({ name }) => mechanisms.includes(name))?.name;
      if (mechanism === undefined) throw new SignInError("no-safe-mechanism");
      const userAgent = xml("user-agent", { id: crypto.randomUUID() });
      try {
        await authenticate({ username: credentials.username }, mechanism, userAgent);
      } catch (cause) {
        if (isRefusal(cause)) throw new SignInError("not-authorized", { cause });
        if (isTooManyTries(cause)) throw new SignInError("too-many-tries", { cause });
        throw cause;
      }
      if (!exchange?.verifies(proof ?? "")) throw new SignInError("server-not-trusted");
    },
  };
}

/** The library's word that the server offers nothing we know. It says so before it asks us. */
export const isWithoutMechanism = (error: unknown): boolean =>
  error instanceof Error && error.name === "SASLError" && error.message.includes("No compatible mechanism");

/** The password is wrong or the account is not to be used; everything else may pass. */
const isRefusal = (error: unknown): boolean =>
  ["not-authorized", "account-disabled", "credentials-expired", "invalid-authzid"].includes(conditionOf(error));

/** What a server answers that is being guessed at; any other failure for a time passes by itself (mod_foyer_sign_in.lua). */
const isTooManyTries = (error: unknown): boolean =>
  conditionOf(error) === "temporary-auth-failure" &&
  error instanceof Error &&
  error.message.includes("wrong passwords");

/** The condition of a SASL failure (RFC 6120 §6.5), "" of any other error. */
function conditionOf(error: unknown): string {
  if (!(error instanceof Error) || error.name !== "SASLError" || !("condition" in error)) return "";
  return String(error.condition);
}
