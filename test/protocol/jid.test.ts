import { describe, expect, it } from "vitest";
import { bareJid, isJid, parseBareJid, parseJid, splitJid } from "../../protocol/jid.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";

const refusalOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof StanzaError) return `${error.type} ${error.condition}`;
    throw error;
  }
  return "none";
};

describe("an address", () => {
  it.each<[jid: string, local: string, domain: string, resource: string]>([
    ["anna@example.org/phone", "anna", "example.org", "phone"],
    ["anna@example.org", "anna", "example.org", ""],
    ["example.org", "", "example.org", ""],
    ["example.org/a@b/c", "", "example.org", "a@b/c"],
    ["support@workgroup.example.org/Default Queue", "support", "workgroup.example.org", "Default Queue"],
    ["müller@bücher.example/Büro \u{1F600}", "müller", "bücher.example", "Büro \u{1F600}"],
  ])("%s is read in its parts", (jid, local, domain, resource) => {
    expect(splitJid(jid)).toEqual({ local, domain, resource });
    expect(isJid(jid)).toBe(true);
    expect(parseJid(jid)).toBe(jid);
    expect(bareJid(jid)).toBe(local === "" ? domain : `${local}@${domain}`);
  });

  it("is in lower case before the resource, which stays as it is", () => {
    expect(parseJid("Anna@Example.ORG/Phone")).toBe("anna@example.org/Phone");
    expect(parseBareJid("ANNA@EXAMPLE.org")).toBe("anna@example.org");
  });

  it.each([
    "",
    " ",
    "@",
    "/",
    "@example.org",
    "anna@",
    "anna@/phone",
    "anna@example.org/",
    "/phone",
    "anna@@example.org",
    "anna@ben@example.org",
    "an na@example.org",
    "anna@exa mple.org",
    "anna@example..org",
    "anna@.example.org",
    'an"na@example.org',
    "an&na@example.org",
    "an'na@example.org",
    "an:na@example.org",
    "an<na@example.org",
    "an>na@example.org",
    "anna@example.org:5222",
    "an\u0000na@example.org",
    "anna\n@example.org",
    "anna@example.org\u007F",
    "anna@example.org/ph\u0001one",
    "anna@example.org/ph\none",
    "an\uD800na@example.org",
    "anna@example.org/\uDC00",
    `${"a".repeat(1_024)}@example.org`,
    `anna@${"a".repeat(1_024)}`,
    `anna@example.org/${"ü".repeat(512)}`,
  ])("is not %j", (jid) => {
    expect(isJid(jid)).toBe(false);
    expect(refusalOf(() => parseJid(jid))).toBe("modify jid-malformed");
    expect(refusalOf(() => parseBareJid(jid))).toBe("modify jid-malformed");
  });

  it.each(["example.org", "anna@example.org/phone"])("that must be bare and somebody's is not %s", (jid) => {
    expect(refusalOf(() => parseBareJid(jid))).toBe("modify jid-malformed");
  });

  it("may be as long as the rules allow", () => {
    expect(isJid(`${"a".repeat(1_023)}@example.org/${"b".repeat(1_023)}`)).toBe(true);
  });

  it("that is refused is named in the refusal, cut short", () => {
    expect(() => parseJid(`@${"a".repeat(500)}`)).toThrow(/^"@a{79}" is not an XMPP address$/);
  });
});
