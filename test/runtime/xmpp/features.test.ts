import { describe, expect, it, vi } from "vitest";
import { NS_JIVE, NS_WORKGROUP } from "../../../protocol/ns.ts";
import { forbidden } from "../../../protocol/stanza-error.ts";
import { xml } from "../../../protocol/xml.ts";
import { createLog } from "../../../runtime/log.ts";
import { discoFeatures, type Feature, type IqRequest, serveFeatures } from "../../../runtime/xmpp/features.ts";
import { createFakeLink } from "../../support/fake-link.ts";
import { parseXml, shape } from "../../support/xml.ts";

const ANNA = "anna@example.org/spark";
const SUPPORT = "support@workgroup.example.org";

type Deps = { name: string };

function serve(features: Feature<Deps>[], first?: Parameters<typeof serveFeatures>[0]["first"]) {
  const link = createFakeLink();
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ name: "test", level: "debug", write: (line) => void lines.push(JSON.parse(line)) });
  serveFeatures<Deps>({ link, features, deps: { name: "deps" }, log, first });
  const ask = (type: string, payload: string, attrs = `id='i1' from='${ANNA}' to='${SUPPORT}'`) =>
    link.receive(`<iq type='${type}' ${attrs}>${payload}</iq>`);
  const answers = (count = 1) =>
    vi.waitFor(() => {
      expect(link.sent).toHaveLength(count);
      return link.sent.map(shape);
    });
  return { link, lines, ask, answers };
}

const answer = (text: string) => shape(parseXml(text));
const refusal = (condition: string, type: string, code: number, echo = "", text = "") =>
  answer(
    `<iq type='error' id='i1' from='${SUPPORT}' to='${ANNA}'>${echo}<error type='${type}' code='${code}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>${text === "" ? "" : `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>${text}</text>`}</error></iq>`,
  );

const route = (
  handle: (iq: IqRequest, deps: Deps) => ReturnType<NonNullable<Feature<Deps>["iq"]>[number]["handle"]>,
): Feature<Deps> => ({
  iq: [{ type: "get", ns: [NS_WORKGROUP, NS_JIVE], name: "q", handle }],
});

describe("a request that a feature takes", () => {
  it("is handed over whole and answered from the address that was asked", async () => {
    const handle = vi.fn(() => xml("q", { xmlns: NS_JIVE }, "yes"));
    const { ask, answers } = serve([route(handle)]);
    ask("get", `<q xmlns='${NS_WORKGROUP}' a='1'/>`);
    expect(await answers()).toEqual([
      answer(`<iq type='result' id='i1' from='${SUPPORT}' to='${ANNA}'><q xmlns='${NS_JIVE}'>yes</q></iq>`),
    ]);
    expect(handle).toHaveBeenCalledWith(
      expect.objectContaining({
        id: "i1",
        type: "get",
        from: ANNA,
        to: SUPPORT,
        payload: expect.objectContaining({ attrs: { xmlns: NS_WORKGROUP, a: "1" } }),
      }),
      { name: "deps" },
    );
  });

  it("may come in either of its namespaces", async () => {
    const { ask, answers } = serve([route(() => undefined)]);
    ask("get", `<q xmlns='${NS_WORKGROUP}'/>`);
    ask("get", `<q xmlns='${NS_JIVE}'/>`);
    const empty = answer(`<iq type='result' id='i1' from='${SUPPORT}' to='${ANNA}'/>`);
    expect(await answers(2)).toEqual([empty, empty]);
  });

  it("is refused in the feature's own words, with an echo of the request", async () => {
    const { ask, answers, lines } = serve([
      route(async () => {
        throw forbidden("not for you");
      }),
    ]);
    ask("get", `<q xmlns='${NS_JIVE}'/>`);
    expect(await answers()).toEqual([refusal("forbidden", "auth", 403, `<q xmlns='${NS_JIVE}'/>`, "not for you")]);
    expect(lines).toEqual([]);
  });

  it("that meets a bug is answered so, and logged once without what was in it", async () => {
    const { ask, answers, lines } = serve([
      route(() => {
        throw new TypeError("x is not a function");
      }),
    ]);
    ask("get", `<q xmlns='${NS_JIVE}'>private words</q>`);
    expect(await answers()).toEqual([
      refusal("internal-server-error", "cancel", 500, `<q xmlns='${NS_JIVE}'>private words</q>`),
    ]);
    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        from: ANNA,
        name: "q",
        ns: NS_JIVE,
        error: expect.objectContaining({ name: "TypeError" }),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toContain("private words");
  });

  it("is refused without an echo when the echo cannot be sent", async () => {
    const { link, ask } = serve([route(() => xml("q", { xmlns: NS_JIVE }))]);
    const send = link.send;
    link.send = async (stanza) => {
      if (stanza.getChild("q")) throw new Error("too large");
      await send(stanza);
    };
    ask("get", `<q xmlns='${NS_JIVE}'/>`);
    await vi.waitFor(() => expect(link.sent.map(shape)).toEqual([refusal("internal-server-error", "cancel", 500)]));
  });

  it("harms nothing when the link is gone before the answer", async () => {
    const { link, ask, lines } = serve([route(() => link.setOnline(false))]);
    ask("get", `<q xmlns='${NS_JIVE}'/>`);
    await vi.waitFor(() => expect(lines).toEqual([expect.objectContaining({ level: "debug" })]));
  });
});

describe("a request that no feature takes", () => {
  it.each([
    ["another name", "get", `<r xmlns='${NS_JIVE}'/>`],
    ["another namespace", "get", "<q xmlns='n'/>"],
    ["another type", "set", `<q xmlns='${NS_JIVE}'/>`],
  ])("is refused as not served: %s", async (_, type, payload) => {
    const { ask, answers } = serve([route(() => undefined)]);
    ask(type, payload);
    expect(await answers()).toEqual([refusal("service-unavailable", "cancel", 503, payload)]);
  });

  it.each([
    ["no child", "get", "", ""],
    ["two children", "get", "<a xmlns='n'/><b xmlns='n'/>", "<a xmlns='n'/>"],
    ["an unknown type", "ask", "<a xmlns='n'/>", "<a xmlns='n'/>"],
  ])("is refused as bad with %s", async (_, type, payload, echo) => {
    const { ask, answers } = serve([]);
    ask(type, payload);
    const [reply] = await answers();
    expect(reply?.children).toHaveLength(echo === "" ? 1 : 2);
    expect(JSON.stringify(reply)).toContain("bad-request");
  });

  it.each(["", "from=''", "from='@example.org'", "from='a b@example.org'", "from='anna@'"])(
    "is passed over with the sender %j",
    async (from) => {
      const { link, ask } = serve([route(() => undefined)]);
      ask("get", `<q xmlns='${NS_JIVE}'/>`, `id='i0' ${from} to='${SUPPORT}'`);
      ask("get", `<q xmlns='${NS_JIVE}'/>`);
      await vi.waitFor(() => expect(link.sent.map((el) => el.attrs.id)).toEqual(["i1"]));
    },
  );
});

describe("messages and presence", () => {
  it("go to the features in turn until one takes them", async () => {
    const seen: string[] = [];
    const feature = (name: string, takes: boolean): Feature<Deps> => ({
      message: async ({ from, to, type, id }) => {
        seen.push(`${name} ${from} ${to} ${type} ${id}`);
        return takes;
      },
    });
    const { link } = serve([feature("one", false), {}, feature("two", true), feature("three", true)]);
    link.receive(`<message type='chat' id='m1' from='${ANNA}' to='${SUPPORT}'><body>1</body></message>`);
    const call = `${ANNA} ${SUPPORT} chat m1`;
    await vi.waitFor(() => expect(seen).toEqual([`one ${call}`, `two ${call}`]));
  });

  it("that meet a bug are logged and harm nothing after them", async () => {
    const presence = vi.fn(({ type }: { type: string }) => {
      if (type === "") throw new Error("a bug");
      return true;
    });
    const { link, lines } = serve([{ presence }]);
    link.receive(`<presence from='${ANNA}' to='${SUPPORT}'/>`);
    link.receive(`<presence type='unavailable' from='${ANNA}' to='${SUPPORT}'/>`);
    await vi.waitFor(() => expect(presence).toHaveBeenCalledTimes(2));
    expect(lines).toEqual([expect.objectContaining({ level: "error" })]);
    expect(link.sent).toEqual([]);
  });

  it("never reach the features when somebody before them takes them", () => {
    const message = vi.fn(() => true);
    const { link } = serve([{ message }], (stanza) => stanza.attrs.type === "groupchat");
    link.receive(`<message type='groupchat' from='${ANNA}' to='${SUPPORT}'/>`);
    expect(message).not.toHaveBeenCalled();
  });
});

describe("order", () => {
  it("holds between one sender and one recipient, whatever the kind, and binds nobody else", async () => {
    const done: string[] = [];
    const gate = Promise.withResolvers<void>();
    const feature: Feature<Deps> = {
      iq: [
        {
          type: "set",
          ns: "n",
          name: "slow",
          handle: async () => {
            await gate.promise;
            done.push("slow");
          },
        },
      ],
      message: ({ from, stanza }) => {
        done.push(`${from}: ${stanza.getChildText("body")}`);
        return true;
      },
    };
    const { link } = serve([feature]);
    link.receive(`<iq type='set' id='i1' from='${ANNA}' to='${SUPPORT}'><slow xmlns='n'/></iq>`);
    link.receive(`<message from='anna@example.org/other' to='${SUPPORT}'><body>1</body></message>`);
    link.receive(`<message from='${ANNA}' to='${SUPPORT}'><body>2</body></message>`);
    link.receive(`<message from='${ANNA}' to='sales@workgroup.example.org'><body>to sales</body></message>`);
    link.receive(`<message from='ben@example.org/x' to='${SUPPORT}'><body>ben</body></message>`);
    expect(done).toEqual([`${ANNA}: to sales`, "ben@example.org/x: ben"]);
    gate.resolve();
    await vi.waitFor(() => expect(done.slice(2)).toEqual(["slow", "anna@example.org/other: 1", `${ANNA}: 2`]));
  });
});

describe("the list of features", () => {
  it("gives what disco#info adds, each once and sorted", () => {
    expect(discoFeatures([{ disco: { features: ["b", "a"] } }, {}, { disco: { features: ["a"] } }])).toEqual([
      "a",
      "b",
    ]);
  });

  it("is refused when two claim the same request", () => {
    expect(() => serve([route(() => undefined), route(() => undefined)])).toThrow("two features claim");
  });

  it("may have one for the service itself beside one for every address", async () => {
    const at = (host?: true): Feature<Deps> => ({
      iq: [{ type: "get", ns: NS_JIVE, name: "q", ...(host && { host }), handle: () => xml(host ? "host" : "any") }],
    });
    const { ask, answers } = serve([at(), at(true)]);
    for (const to of ["workgroup.example.org", SUPPORT, "workgroup.example.org/x"]) {
      ask("get", `<q xmlns='${NS_JIVE}'/>`, `id='i1' from='${ANNA}' to='${to}'`);
    }
    const names = (await answers(3)).map(({ children }) =>
      children.map((one) => (typeof one === "string" ? one : one.name)),
    );
    expect(names).toEqual([["host"], ["any"], ["host"]]);
    expect(() => serve([at(true), at(true)])).toThrow("two features claim");
  });
});
