/** A refusal on the wire: RFC 6120 §8.3. Thrown by parsers and features, written as `<error/>` at the edge. */
import { NS_STANZAS } from "./ns.ts";
import { type Element, elements, xml } from "./xml.ts";

export type ErrorType = "auth" | "cancel" | "continue" | "modify" | "wait";

// Legacy codes: Fastpath's clients show them (fastpath reference, 0.4).
const CODES: Record<string, number> = {
  "bad-request": 400,
  "jid-malformed": 400,
  "not-authorized": 401,
  forbidden: 403,
  "item-not-found": 404,
  "recipient-unavailable": 404,
  "not-allowed": 405,
  "not-acceptable": 406,
  conflict: 409,
  "internal-server-error": 500,
  "resource-constraint": 500,
  "feature-not-implemented": 501,
  "service-unavailable": 503,
  "remote-server-timeout": 504,
};

export class StanzaError extends Error {
  readonly type: ErrorType;
  readonly condition: string;
  constructor(type: ErrorType, condition: string, text = "", options?: ErrorOptions) {
    super(text === "" ? condition : text, options);
    this.name = "StanzaError";
    this.type = type;
    this.condition = condition;
  }
}

export const badRequest = (text: string): StanzaError => new StanzaError("modify", "bad-request", text);
export const notAcceptable = (text: string): StanzaError => new StanzaError("modify", "not-acceptable", text);
export const notFound = (text: string): StanzaError => new StanzaError("cancel", "item-not-found", text);
export const forbidden = (text: string): StanzaError => new StanzaError("auth", "forbidden", text);
export const notAuthorized = (text: string): StanzaError => new StanzaError("auth", "not-authorized", text);

export function buildStanzaError(error: StanzaError): Element {
  const code = CODES[error.condition];
  return xml(
    "error",
    { type: error.type, code },
    xml(error.condition, { xmlns: NS_STANZAS }),
    error.message !== error.condition && xml("text", { xmlns: NS_STANZAS, "xml:lang": "en" }, error.message),
  );
}

const TYPES = new Set<string>(["auth", "cancel", "continue", "modify", "wait"]);

/** Reads the `<error/>` child of a stanza; one that is missing or unreadable reads as `undefined-condition`. */
export function parseStanzaError(stanza: Element): StanzaError {
  const error = stanza.getChild("error");
  const parts = error ? elements(error).filter((el) => el.getNS() === NS_STANZAS) : [];
  const type: string = error?.attrs.type ?? "cancel";
  return new StanzaError(
    isErrorType(type) ? type : "cancel",
    // It may be sent on as an element's name, so it must be one of our alphabet: no prefix that nobody declared.
    parts.find((el) => /^[a-z]+(-[a-z]+)*$/.test(el.name) && el.name !== "text")?.name ?? "undefined-condition",
    parts.find((el) => el.name === "text")?.text() ?? "",
  );
}

function isErrorType(type: string): type is ErrorType {
  return TYPES.has(type);
}
