import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfiguration } from "../../component/configuration.ts";

const DOMAIN = "localhost";
const read = (workgroups: unknown, rest: object = {}) =>
  parseConfiguration({ domain: DOMAIN, workgroups, ...rest }, DOMAIN);

function mistakesOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

const defaults = {
  node: "support",
  title: "Support",
  description: "",
  open: true,
  agents: [],
  form: {
    title: "",
    instructions: "",
    fields: [
      { name: "username", label: "Name", type: "text-single", required: true, options: [], value: "" },
      { name: "email", label: "Email address", type: "text-single", required: true, options: [], value: "" },
      { name: "question", label: "Question", type: "text-single", required: true, options: [], value: "" },
    ],
  },
  routing: "fewest-chats",
  offerTimeoutS: 20,
  requestTimeoutS: 240,
  rejectionMemoryS: 20,
  agentJoinTimeoutS: 30,
  agentGraceS: 30,
  visitorGraceS: 60,
  maxQueue: 1_000,
  retentionDays: 0,
  origins: [],
  minChats: 1,
  maxChats: 4,
  texts: {},
};

describe("a workgroup about which nothing is said", () => {
  it.each([[{}], [[]]])("written as %j has every default", (empty) => {
    expect(read({ support: empty })).toEqual({ settings: [defaults], admins: [], identitySecrets: new Map() });
  });

  it.each([[{}], [[]]])("may be no workgroup at all, written as %j", (empty) => {
    expect(read(empty)).toEqual({ settings: [], admins: [], identitySecrets: new Map() });
  });

  it("may have empty tables in every place, as Lua writes them either way", () => {
    for (const empty of [[], {}]) {
      const support = { agents: empty, form: { fields: empty }, texts: { en: empty } };
      expect(read({ support }, { admins: empty }).settings).toEqual([
        { ...defaults, form: { title: "", instructions: "", fields: [] }, texts: { en: {} } },
      ]);
    }
  });
});

it("a workgroup about which everything is said is taken as written", () => {
  const support = {
    name: "Customer care",
    description: "We help.\nAlways.",
    open: false,
    agents: ["Anna@Localhost", "ben.b@example.org"],
    form: {
      title: "Talk to us",
      instructions: "Please",
      fields: [
        { name: "username" },
        {
          name: "topic",
          label: "Topic",
          type: "list-single",
          options: ["Bills", { label: "More", value: "m" }],
          value: "m",
        },
        { name: "terms", type: "boolean", required: true, value: true },
        { name: "source", type: "hidden", value: "shop" },
      ],
    },
    offer_timeout: 5,
    request_timeout: 10,
    rejection_memory: 0,
    agent_join_timeout: 60,
    agent_grace: 0,
    visitor_grace: 3_600,
    max_queue: 50,
    retention_days: 30,
    identity_secret: "a-secret-of-the-shop-and-of-nobody-else",
    origins: ["https://Shop.example", "http://localhost:3000/"],
    routing: "ring all",
    min_chats: 2,
    max_chats: 2,
    texts: { en: { "form.submit": "Go" }, "pt-BR": { "form.submit": "Ir" } },
  };
  const field = { required: false, options: [], value: "", type: "text-single" };
  expect(read({ support }, { admins: ["root@localhost"] })).toEqual({
    settings: [
      {
        node: "support",
        title: "Customer care",
        description: "We help.\nAlways.",
        open: false,
        agents: [
          { jid: "anna@localhost", name: "Anna" },
          { jid: "ben.b@example.org", name: "Ben.b" },
        ],
        form: {
          title: "Talk to us",
          instructions: "Please",
          fields: [
            { ...field, name: "username", label: "username" },
            {
              ...field,
              name: "topic",
              label: "Topic",
              type: "list-single",
              options: [
                { label: "Bills", value: "Bills" },
                { label: "More", value: "m" },
              ],
              value: "m",
            },
            { ...field, name: "terms", label: "terms", type: "boolean", required: true, value: "true" },
            { ...field, name: "source", label: "source", type: "hidden", value: "shop" },
          ],
        },
        routing: "ring-all",
        offerTimeoutS: 5,
        requestTimeoutS: 10,
        rejectionMemoryS: 0,
        agentJoinTimeoutS: 60,
        agentGraceS: 0,
        visitorGraceS: 3_600,
        maxQueue: 50,
        retentionDays: 30,
        origins: ["https://shop.example", "http://localhost:3000"],
        minChats: 2,
        maxChats: 2,
        texts: { en: { "form.submit": "Go" }, "pt-BR": { "form.submit": "Ir" } },
      },
    ],
    admins: ["root@localhost"],
    identitySecrets: new Map([["support", "a-secret-of-the-shop-and-of-nobody-else"]]),
  });
});

describe("agents", () => {
  it.each([
    ["a list", ["anna@localhost"], [["anna@localhost", "Anna"]]],
    ["names by address", { "anna@localhost": { name: "Anna B." } }, [["anna@localhost", "Anna B."]]],
    [
      "addresses with nothing more to say",
      { "anna@localhost": {}, "ben@localhost": [] },
      [
        ["anna@localhost", "Anna"],
        ["ben@localhost", "Ben"],
      ],
    ],
    [
      "both in one",
      { 1: "anna@localhost", "ben@localhost": { name: "Benny" } },
      [
        ["anna@localhost", "Anna"],
        ["ben@localhost", "Benny"],
      ],
    ],
  ])("may be %s", (_, agents, expected) => {
    const [support] = read({ support: { agents } }).settings;
    expect(support?.agents.map(({ jid, name }) => [jid, name])).toEqual(expected);
  });
});

it("workgroups come by name", () => {
  expect(read({ support: {}, sales: {}, "a-1": {} }).settings.map((one) => one.node)).toEqual([
    "a-1",
    "sales",
    "support",
  ]);
});

describe("a mistake in a workgroup", () => {
  const field = (one: object) => ({ form: { fields: [{ name: "a" }, one] } });
  it.each<[support: unknown, mistake: string]>([
    [{ offer_timeout: "abc" }, 'offer_timeout: must be a whole number of seconds from 5 to 600, not "abc"'],
    [{ offer_timeout: 4 }, "offer_timeout: must be a whole number of seconds from 5 to 600, not 4"],
    [{ offer_timeout: 20.5 }, "offer_timeout: must be a whole number of seconds from 5 to 600, not 20.5"],
    [{ offer_timeout: null }, "offer_timeout: must be a whole number of seconds from 5 to 600, not nothing"],
    [{ offer_timeout: ["20"] }, "offer_timeout: must be a whole number of seconds from 5 to 600, not a list"],
    [{ request_timeout: 20 }, "request_timeout: must be greater than offer_timeout, which is 20, and is 20"],
    [{ offer_timeout: 300 }, "offer_timeout: must be less than request_timeout, which is 240, and is 300"],
    [{ min_chats: 0 }, "min_chats: must be a whole number of chats from 1 to 100, not 0"],
    [{ min_chats: 5 }, "min_chats: must not be greater than max_chats, which is 4, and is 5"],
    [{ min_chats: 3, max_chats: 2 }, "max_chats: must not be less than min_chats, which is 3, and is 2"],
    [{ origins: "https://shop.example" }, 'origins: must be a list, { ..., ... }, not "https://shop.example"'],
    [{ origins: ["shop.example"] }, 'origins[1]: must be a site like "https://shop.example", not "shop.example"'],
    [
      { origins: ["https://a.example", "https://shop.example/chat"] },
      'origins[2]: must be a site like "https://shop.example", not "https://shop.example/chat"',
    ],
    [{ origins: ["*"] }, 'origins[1]: must be a site like "https://shop.example", not "*"'],
    [
      { origins: ["javascript:alert(1)"] },
      'origins[1]: must be a site like "https://shop.example", not "javascript:alert(1)"',
    ],
    [{ origins: [7] }, 'origins[1]: must be a site like "https://shop.example", not 7'],
    [{ retention_days: -1 }, "retention_days: must be a whole number of days from 0 to 3650, not -1"],
    [{ max_queue: 0 }, "max_queue: must be a whole number of visitors from 1 to 100000, not 0"],
    [{ identity_secret: "hunter2" }, "identity_secret: must be a text of 32 to 1000 characters in quotes"],
    [{ identity_secret: 1234567 }, "identity_secret: must be a text of 32 to 1000 characters in quotes"],
    [{ open: "yes" }, 'open: must be true or false, not "yes"'],
    [{ routing: "ring" }, 'routing: must be "fewest chats" or "ring all", not "ring" (did you mean "ring all"?)'],
    [{ routing: 7 }, 'routing: must be "fewest chats" or "ring all", not 7'],
    [{ name: "" }, "name: must not be empty"],
    [{ name: "Two\nlines" }, "name: must be one line"],
    [{ name: "a".repeat(101) }, "name: is 101 characters long, and may be at most 100"],
    [{ name: "be\u0007ll" }, "name: holds a control character, which cannot be shown"],
    [{ description: "half \uD83D" }, "description: holds a control character, which cannot be shown"],
    [{ description: { text: "x" } }, "description: must be a text in quotes, not a table"],
    [{ ofer_timeout: 20 }, 'ofer_timeout: is not a setting (did you mean "offer_timeout"?)'],
    [{ offerTimeout: 20 }, 'offerTimeout: is not a setting (did you mean "offer_timeout"?)'],
    [{ timeout: 20 }, 'timeout: is not a setting (did you mean "offer_timeout"?)'],
    [{ "max-chats": 3 }, '["max-chats"]: is not a setting (did you mean "max_chats"?)'],
    [{ agnets: [] }, 'agnets: is not a setting (did you mean "agents"?)'],
    [{ colour: "red" }, "colour: is not a setting"],
    [{ constructor: 1 }, "constructor: is not a setting"],
    [JSON.parse('{ "__proto__": { "open": false } }'), "__proto__: is not a setting"],
    ["anna@localhost", '/must be a table, { ... }, not "anna@localhost"'],
    [["anna@localhost"], "/must be a table, { ... }, not a list"],
    [
      { agents: "anna@localhost" },
      'agents: must be a list of addresses, { "anna@localhost", ... }, not "anna@localhost"',
    ],
    [{ agents: ["anna"] }, 'agents[1]: must be an address like "anna@localhost", not "anna"'],
    [
      { agents: ["a@b", "anna@localhost/phone"] },
      'agents[2]: must be an address like "anna@localhost", not "anna@localhost/phone"',
    ],
    [{ agents: [{ name: "Anna" }] }, 'agents[1]: must be an address like "anna@localhost", not a table'],
    [{ agents: ["anna b@localhost"] }, 'agents[1]: must be an address like "anna@localhost", not "anna b@localhost"'],
    [{ agents: { anna: { name: "Anna" } } }, 'agents.anna: is no address like "anna@localhost"'],
    [{ agents: { "anna@localhost": "Anna" } }, 'agents["anna@localhost"]: must be a table, { ... }, not "Anna"'],
    [
      { agents: { "anna@localhost": { nmae: "A" } } },
      'agents["anna@localhost"].nmae: is not a setting (did you mean "name"?)',
    ],
    [{ agents: { "anna@localhost": { name: 5 } } }, 'agents["anna@localhost"].name: must be a text in quotes, not 5'],
    [{ agents: ["anna@localhost", "ANNA@localhost"] }, "agents: names anna@localhost more than once"],
    [{ form: ["username"] }, "form: must be a table, { ... }, not a list"],
    [{ form: { field: [] } }, 'form.field: is not a setting (did you mean "fields"?)'],
    [{ form: { fields: { name: "a" } } }, "form.fields: must be a list, { ..., ... }, not a table"],
    [{ form: { fields: ["username"] } }, 'form.fields[1]: must be a table, { ... }, not "username"'],
    [field({ label: "Name" }), "form.fields[2].name: is missing"],
    [field([]), "form.fields[2].name: is missing"],
    [
      field({ name: "your name" }),
      'form.fields[2].name: must be letters, digits, "_", "-" and ".", and begin with a letter, not "your name"',
    ],
    [
      field({ name: "__proto__" }),
      'form.fields[2].name: must be letters, digits, "_", "-" and ".", and begin with a letter, not "__proto__"',
    ],
    [field({ name: "password" }), 'form.fields[2].name: must not be "password", which the service keeps for itself'],
    [field({ name: "userID" }), 'form.fields[2].name: must not be "userID", which the service keeps for itself'],
    [field({ name: "a" }), 'form.fields[2].name: is "a", as that of fields[1] is'],
    [
      field({ name: "b", type: "text" }),
      'form.fields[2].type: must be "text-single", "text-multi", "text-private", "boolean", "list-single", "list-multi" or "hidden", not "text" (did you mean "text-single"?)',
    ],
    [
      field({ name: "b", type: "list_single", options: [] }),
      'form.fields[2].type: must be "text-single", "text-multi", "text-private", "boolean", "list-single", "list-multi" or "hidden", not "list_single" (did you mean "list-single"?)',
    ],
    [field({ name: "b", options: ["x"] }), 'form.fields[2].options: are only for "list-single" and "list-multi"'],
    [
      field({ name: "b", type: "list-multi" }),
      'form.fields[2].options: must name what can be chosen in a "list-multi"',
    ],
    [
      field({ name: "b", type: "list-single", options: [5] }),
      'form.fields[2].options[1]: must be a text or { label = "...", value = "..." }, not 5',
    ],
    [
      field({ name: "b", type: "list-single", options: [{}] }),
      'form.fields[2].options[1]: needs a "label" or a "value"',
    ],
    [
      field({ name: "b", type: "list-single", options: ["x", "x"] }),
      'form.fields[2].options: has the value "x" more than once',
    ],
    [
      field({ name: "b", type: "list-single", options: ["x"], value: "y" }),
      'form.fields[2].value: must be the value of one of the options, not "y"',
    ],
    [field({ name: "b", type: "boolean", value: "yes" }), 'form.fields[2].value: must be true or false, not "yes"'],
    [field({ name: "b", requierd: true }), 'form.fields[2].requierd: is not a setting (did you mean "required"?)'],
    [
      { form: { fields: Array.from({ length: 51 }, (_, i) => ({ name: `f${i}` })) } },
      "form.fields: has 51 entries, and may have at most 50",
    ],
    [{ texts: { English: {} } }, 'texts.English: is no language; write its code, like "en", "de" or "pt-BR"'],
    [{ texts: { en: { "a b": "x" } } }, 'texts.en["a b"]: is no key of a text'],
    [{ texts: { en: { "form.submit": 5 } } }, 'texts.en["form.submit"]: must be a text in quotes, not 5'],
  ])("%j is told as: %s", (support, mistake) => {
    // A slash: the mistake is the workgroup itself; a bracket: its name cannot follow a dot.
    const place = mistake.startsWith("/") ? ": " : mistake.startsWith("[") ? "" : ".";
    expect(mistakesOf(() => read({ support }))).toEqual([`workgroups.support${place}${mistake.replace(/^\//, "")}`]);
  });
});

describe("a mistake about the whole", () => {
  const rule = 'is no address for a workgroup; use lower-case letters, digits, "-", "_" and ".", as in "support"';
  it.each<[json: unknown, mistake: string]>([
    [undefined, "the configuration: must be a table, { ... }, not nothing"],
    ["text", 'the configuration: must be a table, { ... }, not "text"'],
    [{ workgroups: {}, domain: "example.org" }, 'domain: is "example.org", and this service is set up for "localhost"'],
    [{ workgroups: {}, admins: ["root"] }, 'admins[1]: must be an address like "anna@localhost", not "root"'],
    [{ workgroups: {}, admin: [] }, 'admin: is not a setting (did you mean "admins"?)'],
    [{ workgroups: ["support"] }, "workgroups: must be a table, { ... }, not a list"],
    [{ workgroups: { Support: {} } }, `workgroups.Support: ${rule}`],
    [{ workgroups: { "our support": {} } }, `workgroups["our support"]: ${rule}`],
    [{ workgroups: { "a@b": {} } }, `workgroups["a@b"]: ${rule}`],
    [{ workgroups: { "": {} } }, `workgroups[""]: ${rule}`],
    [{ workgroups: JSON.parse('{ "__proto__": {} }') }, `workgroups.__proto__: ${rule}`],
  ])("%j is told as: %s", (json, mistake) => {
    expect(mistakesOf(() => parseConfiguration(json, DOMAIN))).toContain(mistake);
  });
});

it("all mistakes are told together, each with its place", () => {
  const support = { open: 1, agents: ["x"], form: { fields: [{ type: "y" }] } };
  const mistakes = mistakesOf(() => read({ support, Sales: { max_chats: "many" } }));
  expect(mistakes.map((one) => one.slice(0, one.indexOf(":")))).toEqual([
    "workgroups.support.open",
    "workgroups.support.agents[1]",
    "workgroups.support.form.fields[1].name",
    "workgroups.support.form.fields[1].type",
    "workgroups.Sales",
    "workgroups.Sales.max_chats",
  ]);
  expect(new ConfigurationError(mistakes).message).toBe(mistakes.join("\n"));
});
