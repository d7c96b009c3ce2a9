/**
 * What every fuzz test needs: how long, hostile texts, and stanzas that are nearly right. A property gets about a second in
 * `npm test` and as long as FUZZ_S says in `npm run test:fuzz`; a failure prints its seed and the smallest input.
 */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { it } from "vitest";
import { Element } from "../../protocol/xml.ts";
import { golden } from "../support/xml.ts";

const SECONDS = Number(process.env.FUZZ_S ?? 1);

/** A test that tries inputs until its time is over. */
export function fuzz<T>(name: string, input: fc.Arbitrary<T>, holds: (value: T) => void | Promise<void>): void {
  const run = async (): Promise<void> => {
    let tried = 0;
    const property = fc.asyncProperty(input, async (value) => {
      tried += 1;
      await holds(value);
    });
    await fc.assert(property, {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: SECONDS * 1000,
      markInterruptAsFailure: false,
    });
    if (process.env.FUZZ_S !== undefined) console.log(`${tried} inputs: ${name}`);
  };
  it(name, run, SECONDS * 1000 + 60_000);
}

/** Texts that somebody has paid for before. */
const HOSTILE = [
  "",
  " ",
  "\u0000",
  "\u0001\u0008\u000b\u000c\u001f",
  "\ufffe\uffff",
  "\ud800",
  "\udfff\ud800",
  "]]>",
  "<!--",
  "<![CDATA[x]]>",
  "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
  "&undefined;",
  "&#0;",
  "&#x110000;",
  "</stream:stream>",
  "<stream:error/>",
  "</iq><iq type='set' id='1' to='x'/>",
  "'\"><script>alert(1)</script>",
  "__proto__",
  "constructor",
  "toString",
  "' OR 1=1; --",
  "\u202e\u200b\u2028",
  "-1",
  "1e999",
  "NaN",
  "99999999999999999999",
  "2026-13-45T99:99:99Z",
  "a@b/c",
  "@",
  "/",
  "x@/",
  `${"x".repeat(1_100)}@y`,
  "é".normalize("NFD"),
  "x".repeat(20_000),
];

export const text = (): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 20 }));

/** Every stanza and payload that the tests of the protocol know, as it should be. */
const GOLDEN = readdirSync(new URL("../protocol/cases", import.meta.url))
  .filter((file) => file.endsWith(".xml"))
  .map((file) => String(golden(file.slice(0, -4)).element));

type Change = { at: number; how: number; text: string };

/** One of them with some things changed that a hostile client could change. As text: elements are not to be shared. */
export const nearlyRight = (): fc.Arbitrary<{ xml: string; changes: Change[] }> =>
  fc.record({
    xml: fc.constantFrom(...GOLDEN),
    changes: fc.array(fc.record({ at: fc.nat(40), how: fc.nat(7), text: text() }), { maxLength: 4 }),
  });

/** Carries the changes out. */
export function changed(element: Element, changes: readonly Change[]): Element {
  for (const { at, how, text: value } of changes) {
    const all = [...everyElement(element)];
    const one = all[at % all.length] ?? element;
    const names = Object.keys(one.attrs);
    const name = names[at % Math.max(1, names.length)];
    switch (how) {
      case 0:
        if (name !== undefined) one.attrs[name] = value;
        break;
      case 1:
        if (name !== undefined) delete one.attrs[name];
        break;
      case 2:
        one.children = [value];
        break;
      case 3:
        one.children = [];
        break;
      case 4:
        one.children.push(...one.children);
        break;
      case 5:
        one.attrs.xmlns = value;
        break;
      case 6:
        for (let depth = 0, inner = one; depth < 50; depth++) inner = inner.c(one.name, { ...one.attrs });
        break;
      default:
        one.attrs[["id", "type", "jid", "name", "var", "from", "session", "xml:lang"][at % 8] ?? "id"] = value;
    }
  }
  return element;
}

function* everyElement(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) if (child instanceof Element) yield* everyElement(child);
}

/** Nothing has crept into what all objects share. */
export function unpolluted(): boolean {
  const bare: Record<string, unknown> = {};
  return Object.keys(Object.prototype).length === 0 && bare.polluted === undefined && bare.kind === undefined;
}
