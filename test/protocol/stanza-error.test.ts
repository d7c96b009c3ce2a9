import { describe, expect, it } from "vitest";
import {
  badRequest,
  buildStanzaError,
  forbidden,
  notAcceptable,
  notAuthorized,
  notFound,
  parseStanzaError,
  StanzaError,
} from "../../protocol/stanza-error.ts";
import { xml } from "../../protocol/xml.ts";
import { parseXml } from "../support/xml.ts";

describe("a refusal", () => {
  it.each<[error: StanzaError, type: string, code: string, condition: string]>([
    [badRequest("no id"), "modify", "400", "bad-request"],
    [notAcceptable("a field is empty"), "modify", "406", "not-acceptable"],
    [notFound("no such session"), "cancel", "404", "item-not-found"],
    [forbidden("not yours"), "auth", "403", "forbidden"],
    [notAuthorized("no agent"), "auth", "401", "not-authorized"],
    [new StanzaError("wait", "internal-server-error", "later"), "wait", "500", "internal-server-error"],
    [new StanzaError("cancel", "service-unavailable", "closed"), "cancel", "503", "service-unavailable"],
    [new StanzaError("cancel", "conflict", "twice"), "cancel", "409", "conflict"],
  ])("%s has its type, its condition and Fastpath's code, and is read back", (error, type, code, condition) => {
    const built = buildStanzaError(error);
    expect(built.attrs).toEqual({ type, code });
    const read = parseStanzaError(parseXml(xml("iq", { xmlns: "jabber:client", type: "error" }, built).toString()));
    expect(read).toMatchObject({ type, condition, message: error.message });
  });

  it("without words has only its condition", () => {
    const built = buildStanzaError(new StanzaError("cancel", "gone"));
    expect(built.toString()).toBe('<error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>');
  });
});

describe("a refusal that is read", () => {
  const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
  it.each<[what: string, stanza: string, expected: object]>([
    ["nothing at all", "<iq type='error'/>", { type: "cancel", condition: "undefined-condition" }],
    ["an unknown type", "<iq><error type='maybe'/></iq>", { type: "cancel", condition: "undefined-condition" }],
    [
      "words before the condition, and an application's own",
      `<iq><error type='auth'><text xmlns='${STANZAS}'>No.</text><forbidden xmlns='${STANZAS}'/><own xmlns='x'/></error></iq>`,
      { type: "auth", condition: "forbidden", message: "No." },
    ],
    [
      "a condition of a foreign namespace",
      "<iq><error type='auth'><forbidden xmlns='x'/></error></iq>",
      { type: "auth", condition: "undefined-condition" },
    ],
    [
      "a condition with a prefix, which would be undeclared where it is sent on",
      `<iq><error type='auth' xmlns:p='${STANZAS}'><p:forbidden/></error></iq>`,
      { type: "auth", condition: "undefined-condition" },
    ],
  ])("with %s", (_, stanza, expected) => {
    expect(parseStanzaError(parseXml(stanza))).toMatchObject(expected);
  });
});
