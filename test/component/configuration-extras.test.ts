import { describe, expect, it } from "vitest";
import { ConfigurationError, parseConfiguration } from "../../component/configuration.ts";

const read = (support: object) => parseConfiguration({ workgroups: { support } }, "localhost").settings[0];

function mistakesOf(support: object): readonly string[] {
  try {
    read(support);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("what a workgroup hands out", () => {
  it("is nothing where nothing is said of it", () => {
    expect(read({})).not.toHaveProperty("macros");
    expect(read({ canned: [] })).not.toHaveProperty("macros");
    expect(read({})).not.toHaveProperty("extras");
    expect(read({})).not.toHaveProperty("transcriptMail");
  });

  it("has canned answers in groups, under the workgroup's name", () => {
    const canned = [
      { title: "Hello", text: "Hi,\nhow can I help?" },
      { group: "Billing", answers: [{ title: "Prices", url: "https://shop.example/prices", description: "The list" }] },
      { title: "Map", image: "https://shop.example/map.png" },
    ];
    expect(read({ name: "Help", canned })?.macros).toEqual({
      title: "Help",
      macros: [
        { title: "Hello", description: "", response: "Hi,\nhow can I help?", kind: "text" },
        { title: "Map", description: "", response: "https://shop.example/map.png", kind: "image" },
      ],
      groups: [
        {
          title: "Billing",
          macros: [{ title: "Prices", description: "The list", response: "https://shop.example/prices", kind: "url" }],
          groups: [],
        },
      ],
    });
  });

  it.each<[offline: object, action: object]>([
    [{ page: "https://shop.example/contact" }, { kind: "page", url: "https://shop.example/contact" }],
    [{ room: "Lobby@conference.localhost" }, { kind: "room", room: "lobby@conference.localhost" }],
    [
      { email: "desk@shop.example", subject: "Hi", text: "We are\nclosed." },
      { kind: "mail", address: "desk@shop.example", subject: "Hi", text: "We are\nclosed." },
    ],
  ])("has one place to turn to: %j", (offline, action) => {
    expect(read({ offline })?.extras).toEqual({
      offline: action,
      images: {},
      search: { forums: "", kb: "" },
      properties: {},
    });
  });

  it("has pictures, sounds, places to search and settings of clients", () => {
    const support = {
      images: { logo: "TE9HTw==", end: "RU5E" },
      sounds: { incoming: "SU4=", outgoing: "T1VU" },
      search: { kb: "https://kb.example/" },
      client_settings: { "crm.url": "https://crm.example/" },
    };
    expect(read(support)?.extras).toEqual({
      images: { logo: "TE9HTw==", end: "RU5E" },
      sounds: { incoming: "SU4=", outgoing: "T1VU" },
      search: { forums: "", kb: "https://kb.example/" },
      properties: { "crm.url": "https://crm.example/" },
    });
  });

  it("says how transcripts are mailed", () => {
    const mail = { from_name: "Shop", subject: "Your chat", text: "Thank you.", copies: ["archive@shop.example"] };
    expect(read({ transcript_mail: mail })?.transcriptMail).toEqual({
      fromName: "Shop",
      subject: "Your chat",
      text: "Thank you.",
      copies: ["archive@shop.example"],
    });
    expect(read({ transcript_mail: [] })?.transcriptMail).toEqual({ fromName: "", subject: "", text: "", copies: [] });
  });
});

describe("who may watch chats", () => {
  it("is nobody, or those who are named", () => {
    expect(read({ monitors: [] })?.monitors).toBeUndefined();
    expect(read({ monitors: ["Ben@x", "boss@y", "ben@x"] })?.monitors).toEqual(["ben@x", "boss@y"]);
  });
});

describe("whether agents may choose their names", () => {
  it("is yes where nothing is said, and can be said of all and of each", () => {
    const agents = { "a@x": {}, "b@x": { may_rename: false }, "c@x": { may_rename: true } };
    const may = (support: object) => read({ agents, ...support })?.agents.map(({ mayRename }) => mayRename ?? true);
    expect(may({})).toEqual([true, false, true]);
    expect(may({ agents_may_rename: false })).toEqual([false, false, true]);
    expect(read({ agents: ["a@x"], agents_may_rename: false })?.agents).toEqual([
      { jid: "a@x", name: "A", mayRename: false },
    ]);
  });
});

describe("a mistake is told with its place", () => {
  const at = "workgroups.support";
  it.each<[support: object, mistake: string]>([
    [{ canned: "x" }, `${at}.canned: must be a list, { ..., ... }, not "x"`],
    [{ canned: [{ text: "x" }] }, `${at}.canned[1].title: is missing`],
    [{ canned: [{ title: "x" }] }, `${at}.canned[1]: needs exactly one of "text", "url" and "image"`],
    [
      { canned: [{ title: "x", text: "y", url: "https://z" }] },
      `${at}.canned[1]: needs exactly one of "text", "url" and "image"`,
    ],
    [
      { canned: [{ title: "x", url: "prices" }] },
      `${at}.canned[1].url: must be an address like "https://shop.example/prices", not "prices"`,
    ],
    [{ canned: [{ title: "x", text: "y", titel: "z" }] }, `${at}.canned[1].titel: is not a setting`],
    [{ canned: [{ group: "x" }] }, `${at}.canned[1].answers: is missing`],
    [{ canned: [{ group: "x", answers: [{ title: "y" }] }] }, `${at}.canned[1].answers[1]: needs exactly one of`],
    [{ offline: { subject: "x" } }, `${at}.offline: needs one of "page", "room" and "email"`],
    [{ offline: { page: "https://x.example", room: "a@b" } }, `${at}.offline: has page and room, and only one`],
    [{ offline: { page: "javascript:alert(1)" } }, `${at}.offline.page: must be an address of the web`],
    [{ offline: { room: "lobby" } }, `${at}.offline.room: must be the address of a room`],
    [{ offline: { email: "a@b\nBcc: c@d" } }, `${at}.offline.email: must be one line`],
    [{ offline: { email: "desk" } }, `${at}.offline.email: must be an e-mail address`],
    [{ images: { logos: "TE9HTw==" } }, `${at}.images.logos: is not a setting (did you mean "logo"?)`],
    [{ images: { logo: "no base64" } }, `${at}.images.logo: is no file that could be read`],
    [
      { images: { logo: "A".repeat(100_000), main: "A".repeat(100_000) } },
      `${at}.images: are too large together; all of them may have 140 kB`,
    ],
    [{ sounds: { incoming: "SU4=" } }, `${at}.sounds: needs both, "incoming" and "outgoing"`],
    [{ search: { kb: "kb" } }, `${at}.search.kb: must be an address of the web`],
    [{ search: { wiki: "https://x" } }, `${at}.search.wiki: is not a setting`],
    [{ client_settings: { a: 1 } }, `${at}.client_settings.a: must be a text in quotes, not 1`],
    [{ transcript_mail: { copies: ["a"] } }, `${at}.transcript_mail.copies[1]: must be an e-mail address, not "a"`],
    [{ transcript_mail: { from_name: "x\ny" } }, `${at}.transcript_mail.from_name: must be one line`],
    [
      { transcript_mail: { from: "a@b.c" } },
      `${at}.transcript_mail.from: is not a setting (did you mean "from_name"?)`,
    ],
    [{ agents: { "a@x": { may_rename: "no" } } }, `${at}.agents["a@x"].may_rename: must be true or false, not "no"`],
    [{ monitors: ["ben"] }, `${at}.monitors[1]: must be an address like`],
    [{ monitors: "ben@x" }, `${at}.monitors: must be a list, { ..., ... }, not "ben@x"`],
    [{ agents_may_rename: 1 }, `${at}.agents_may_rename: must be true or false, not 1`],
  ])("%j", (support, mistake) => {
    expect(mistakesOf(support).some((one) => one.startsWith(mistake))).toBe(true);
  });

  it("where canned answers are too many, too large or too deep", () => {
    const answer = { title: "x", text: "&".repeat(9_000) };
    const deep = (levels: number): object[] =>
      levels === 0 ? [{ title: "x", text: "y" }] : [{ group: "x", answers: deep(levels - 1) }];
    expect(mistakesOf({ canned: Array.from({ length: 10 }, () => answer) })).toEqual([
      `${at}.canned: They are too large.`,
    ]);
    expect(mistakesOf({ canned: Array.from({ length: 501 }, () => ({ title: "x", text: "y" })) })).toContainEqual(
      expect.stringContaining("may have at most 500"),
    );
    expect(mistakesOf({ canned: deep(10) })).toEqual([`${at}.canned: Groups may lie in one another 8 deep at most.`]);
    expect(mistakesOf({ canned: deep(100) })).toContainEqual(expect.stringContaining("lies in too many groups"));
  });
});
