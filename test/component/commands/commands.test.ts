import { describe, expect, it } from "vitest";
import { commands } from "../../../component/commands/table.ts";
import type { MacroGroup } from "../../../component/domain/macros.ts";
import { sayIn } from "../../../component/texts/index.ts";
import { ANNA, BEN, PHONE, startAgent } from "./agent.ts";

type Agent = Awaited<ReturnType<typeof startAgent>>;

const MACROS: MacroGroup = {
  title: "",
  groups: [
    {
      title: "Router",
      groups: [],
      macros: [{ title: "Reset", kind: "text", description: "", response: "Press the button." }],
    },
  ],
  macros: [
    { title: "Greeting", kind: "text", description: "", response: "Hello, how can I help?" },
    { title: "Goodbye", kind: "text", description: "", response: "Thank you, goodbye." },
  ],
};

describe("help", () => {
  it("names every command, in either language", async () => {
    const anna = await startAgent();
    const english = await anna.say("help");
    for (const { name } of commands) expect(english).toContain(sayIn("en")(`cmd.${name}.help`));
    anna.speaks("de");
    const german = await anna.say("hilfe");
    for (const { name } of commands) expect(german).toContain(sayIn("de")(`cmd.${name}.help`));
  });
});

describe("words", () => {
  it.each([
    ["queue", "Nobody waits in Support. You take new chats (0 of 4)."],
    ["QUEUE", "Nobody waits in Support. You take new chats (0 of 4)."],
    [" q ", "Nobody waits in Support. You take new chats (0 of 4)."],
    ["ch", "You have no open chats."],
    ["c", "“c” may be: canned, chats."],
    ["tr", "“tr” may be: transfer, transcript."],
    ["dance", "I do not know “dance”. Type “help” for what you can say."],
    ["??", "I do not know “??”. Type “help” for what you can say."],
  ])("“%s” is understood as far as it can be", async (text, reply) => {
    const anna = await startAgent();
    expect(await anna.say(text)).toBe(reply);
  });

  it("are those of the agent's language, and the English ones", async () => {
    const anna = await startAgent();
    anna.speaks("de");
    const empty = "In Support wartet niemand. Sie bekommen neue Chats (0 von 4).";
    for (const word of ["warteschlange", "Schlange", "queue"]) expect(await anna.say(word)).toBe(empty);
    expect(await anna.say("verfugbar")).toBe("Sie bekommen neue Chats (0 von 4).");
    expect(await anna.say("verfuegbar")).toBe("Sie bekommen neue Chats (0 von 4).");
    expect(await anna.say("sprache englisch")).toBe("We speak English.");
    expect(await anna.say("queue")).toBe("Nobody waits in Support. You take new chats (0 of 4).");
  });
});

describe("who waits", () => {
  it("is listed, and taken in turn, by number or by name", async () => {
    const anna = await startAgent();
    for (const [name, question] of [["Dana", "My router is offline"], ["Bob"], ["Cleo"]] as const) {
      await anna.waits(name, question);
      await anna.say("no");
    }
    expect(await anna.say("queue")).toBe(
      [
        "3 waiting in Support. Expected wait: less than a minute.",
        "1 Dana – My router is offline (less than a minute)",
        "2 Bob – Why? (less than a minute)",
        "3 Cleo – Why? (less than a minute)",
        "You take new chats (0 of 4).",
        "“take” takes the first, “take 2” another one.",
      ].join("\n"),
    );
    const taken = (name: string) => `You have taken ${name}’s chat. The invitation to the room is on its way.`;
    expect(await anna.say("take 2")).toBe(taken("Bob"));
    expect(await anna.say("take cleo")).toBe(taken("Cleo"));
    expect(await anna.say("take")).toBe(taken("Dana"));
    expect(await anna.say("take")).toBe("Nobody waits.");
  });

  it("is not taken beyond what the agent may have", async () => {
    const anna = await startAgent({ maxChats: 1 });
    await anna.talks("Dana");
    await anna.waits("Bob");
    expect(await anna.say("take")).toBe("You have as many chats as you may have (1).");
  });
});

describe("duty", () => {
  const shows = ({ support }: Agent) =>
    support.committed.agents.get("anna@example.org")?.devices.map(({ show }) => show);

  it("is what the agent says, until the client says otherwise", async () => {
    const anna = await startAgent();
    expect(await anna.say("away")).toBe("You take no new chats of Support. “available” changes that.");
    expect(shows(anna)).toEqual(["away"]);
    // Its presence comes again, for whatever reason: the word still counts.
    await anna.onDuty(ANNA);
    expect(shows(anna)).toEqual(["away"]);
    expect(await anna.say("available")).toBe("You take new chats (0 of 4).");
    expect(shows(anna)).toEqual(["available"]);
    await anna.say("away");
    await anna.onDuty(ANNA, "<show>dnd</show>");
    await anna.onDuty(ANNA);
    expect(shows(anna)).toEqual(["available"]);
  });

  it("is a limit too, which is kept", async () => {
    const anna = await startAgent();
    expect(await anna.say("max 3")).toBe("You take up to 3 chats of Support at once (now 0).");
    expect(await anna.say("q")).toContain("(0 of 3)");
    await anna.tell(`<presence from='${ANNA}' to='support@workgroup.example.org' type='unavailable'/>`);
    await anna.onDuty(PHONE);
    expect(await anna.say("q", PHONE)).toContain("(0 of 3)");
  });

  it.each(["max 0", "max 5", "max -1", "max many", "max 3.5"])("is not changed by “%s”", async (text) => {
    const anna = await startAgent();
    expect(await anna.say(text)).toBe("That must be a number from 1 to 4.");
    expect(await anna.say("q")).toContain("(0 of 4)");
  });

  it("is asked for when it is not said", async () => {
    const anna = await startAgent();
    expect(await anna.say("max")).toBe("How many chats at once?");
    expect(await anna.say("2")).toBe("You take up to 2 chats of Support at once (now 0).");
  });

  it("is off for who is no contact: what needs a client is refused", async () => {
    const anna = await startAgent();
    expect(await anna.say("available", BEN)).toBe("You are not on duty. Set your status to available, then “take”.");
    await anna.waits("Dana");
    expect(await anna.say("take", BEN)).toBe("You are not on duty. Set your status to available, then “take”.");
  });
});

describe("with one chat", () => {
  it("it goes without saying which", async () => {
    const anna = await startAgent({ macros: MACROS });
    const id = await anna.talks("Dana", "My router is offline");
    expect(await anna.say("chats")).toBe(
      [
        "Your open chats: 1",
        `1 Dana – My router is offline (less than a minute) xmpp:${id}@conference.example.org?join`,
        "“end 1”, “note to 1: …”, “transfer 1 to …”",
      ].join("\n"),
    );
    expect(await anna.say("canned 2")).toBe("Said to Dana: Goodbye");
    expect(anna.speakFor.mock.calls).toEqual([[id, "Anna", "Thank you, goodbye."]]);
    expect(await anna.say("note calls back tomorrow")).toBe("Noted on Dana’s chat. The visitor does not see it.");
    expect(await anna.deps.stores.notes.of(id)).toMatchObject([
      { author: "anna@example.org", text: "calls back tomorrow" },
    ]);
  });

  it("its end is asked for once more", async () => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    expect(await anna.say("end")).toBe("End the chat with Dana? (yes or no)");
    expect(await anna.say("no")).toBe("All right, nothing was done.");
    expect(anna.support.committed.requests.has(id)).toBe(true);
    await anna.say("end");
    expect(await anna.say("yes")).toBe("The chat with Dana is over.");
    expect(anna.support.committed.requests.has(id)).toBe(false);
    expect(await anna.say("end")).toBe("You have no open chats.");
  });

  it("takes a word, not a number that may have been meant for a list", async () => {
    const anna = await startAgent();
    await anna.talks("Dana");
    await anna.say("end");
    expect(await anna.say("1")).toBe("End the chat with Dana? (yes or no)");
    expect(await anna.say("yes")).toBe("The chat with Dana is over.");
  });

  it("a yes is not for it when a chat has been offered since", async () => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    await anna.say("end");
    await anna.waits("Bob");
    expect(await anna.say("yes")).toBe("You have taken Bob’s chat. The invitation to the room is on its way.");
    expect(anna.support.committed.requests.has(id)).toBe(true);
  });

  it("the visitor is kept out, and let in again", async () => {
    const anna = await startAgent();
    await anna.talks("Dana");
    expect(await anna.say("block dana 48: rude")).toBe(
      "End the chat with Dana and keep the visitor out for 48 hours? (yes or no)",
    );
    expect(anna.support.committed.blocked.size).toBe(0);
    expect(await anna.say("yes")).toContain("the visitor is kept out for 48 hours");
    expect([...anna.support.committed.blocked.values()]).toMatchObject([{ name: "Dana", reason: "rude" }]);
    expect(await anna.say("unblock dana")).toBe("Dana may come again.");
    expect(anna.support.committed.blocked.size).toBe(0);
    expect(await anna.say("unblock")).toBe("Nobody is kept out.");
  });
});

describe("with several chats", () => {
  async function two(): Promise<Agent & { dana: string; bob: string }> {
    const anna = await startAgent({ macros: MACROS });
    const dana = await anna.talks("Dana", "My router is offline");
    const bob = await anna.talks("Bob");
    return { ...anna, dana, bob };
  }
  const WHICH =
    "Which chat?\n1 Dana – My router is offline\n2 Bob – Why?\nAnswer with a number or a name, or “cancel”.";

  it("it is asked which, and a number or a name is the answer", async () => {
    for (const answer of ["2", "bob", "Bo", "2."]) {
      const anna = await two();
      expect(await anna.say("note calls back")).toBe(WHICH);
      expect(await anna.say(answer)).toBe("Noted on Bob’s chat. The visitor does not see it.");
      expect(await anna.deps.stores.notes.of(anna.bob)).toMatchObject([{ text: "calls back" }]);
    }
  });

  it("what is no answer is asked again, a command is heard, and nothing is done when it is cancelled", async () => {
    const anna = await two();
    await anna.say("end");
    expect(await anna.say("zoe")).toBe(WHICH.replace("Which chat?", "I do not know “zoe”. There are:"));
    expect(await anna.say("9")).toContain("I do not know “9”. There are:");
    expect(await anna.say("cancel")).toBe("All right, nothing was done.");
    expect(await anna.say("2")).toBe("No chat is offered to you just now. “queue” shows who waits.");
    await anna.say("end");
    expect(await anna.say("queue")).toContain("Nobody waits");
    expect(await anna.say("bob")).toContain("I do not know “bob”.");
    expect(anna.support.committed.requests.size).toBe(2);
  });

  it("it may be said", async () => {
    const anna = await two();
    expect(await anna.say("canned 3 to bob")).toBe("Said to Bob: Reset");
    expect(await anna.say("canned greeting to 1")).toBe("Said to Dana: Greeting");
    expect(anna.speakFor.mock.calls).toEqual([
      [anna.bob, "Anna", "Press the button."],
      [anna.dana, "Anna", "Hello, how can I help?"],
    ]);
    expect(await anna.say("note to dana: on hold")).toBe("Noted on Dana’s chat. The visitor does not see it.");
    expect(await anna.say("note to do: everything")).toBe(WHICH);
    expect(await anna.say("end bob")).toBe("End the chat with Bob? (yes or no)");
  });

  it("names that fit several are listed", async () => {
    const anna = await two();
    await anna.talks("Daniel");
    expect(await anna.say("end da")).toBe(
      "“da” may be:\n1 Dana – My router is offline\n2 Daniel – Why?\nAnswer with a number or a name, or “cancel”.",
    );
    expect(await anna.say("2")).toBe("End the chat with Daniel? (yes or no)");
  });

  it("questions are of one agent and one workgroup", async () => {
    const anna = await two();
    await anna.say("end");
    expect(await anna.say("1", BEN)).toBe("No chat is offered to you just now. “queue” shows who waits.");
  });
});

describe("handing over", () => {
  it.each([
    ["transfer ben", "Ben is being asked to take Dana’s chat over. Please stay until somebody has come."],
    ["transfer dana to ben", "Ben is being asked to take Dana’s chat over. Please stay until somebody has come."],
    ["transfer ben to dana", "Ben is being asked to take Dana’s chat over. Please stay until somebody has come."],
    [
      "transf to Ben: knows routers",
      "Ben is being asked to take Dana’s chat over. Please stay until somebody has come.",
    ],
    ["invite ben", "Ben is being asked into Dana’s chat."],
    ["invite ben to dana", "Ben is being asked into Dana’s chat."],
    ["invite carl@example.net", "carl@example.net is being asked into Dana’s chat."],
  ])("“%s”", async (text, reply) => {
    const anna = await startAgent();
    await anna.onDuty(BEN);
    await anna.talks("Dana");
    expect(await anna.say(text)).toBe(reply);
    const [event, ...more] = anna.asked(["handover-requested"]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      kind: text.startsWith("invite") ? "invite" : "transfer",
      by: ANNA,
      to: { type: "user", jid: text.includes("carl") ? "carl@example.net" : "ben@example.org" },
      reason: text.includes(":") ? "knows routers" : "",
    });
  });

  it("to a workgroup", async () => {
    const anna = await startAgent();
    await anna.tell(`<presence from='anna@example.org' to='sales@workgroup.example.org' type='subscribed'/>`);
    await anna.talks("Dana");
    expect(await anna.say("transfer sales")).toBe("Nobody is there to take it.");
    expect(anna.asked(["handover-requested"])).toMatchObject([
      { to: { type: "workgroup", node: "sales" }, standing: "ready" },
    ]);
  });

  it.each([
    ["transfer nobody", "I do not know “nobody”. There are:"],
    ["transfer 1", "I do not know “1”. There are:"],
    ["transfer", "To whom?"],
    ["transfer s", "“s” may be:"],
    ["transfer ben@@example", "“ben@@example” is not an address like name@example.org."],
    ["transfer ben@example.org/phone", "“ben@example.org/phone” is not an address like name@example.org."],
    ["transfer ben", "Nobody is there to take it."],
    ["transfer dana@webchat.example.org", "That is the visitor’s own address."],
    ["invite anna@example.org", "Who is to come is in that chat already."],
  ])("“%s” changes nothing", async (text, reply) => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    const before = anna.support.committed.requests.get(id);
    expect(await anna.say(text)).toContain(reply);
    expect(anna.support.committed.requests.get(id)).toBe(before);
  });

  it("of a chat that is not the agent's is not possible", async () => {
    const anna = await startAgent();
    await anna.onDuty(BEN);
    await anna.talks("Dana", "Why?", BEN);
    for (const text of ["transfer ben", "note hello", "end", "block", "canned 1"]) {
      expect(await anna.say(text)).toMatch(/You have no open chats|There are no canned answers/);
    }
    expect(await anna.say("end dana")).toBe("You have no open chats.");
  });
});

describe("canned answers", () => {
  it("are found by words, and keep their numbers", async () => {
    const anna = await startAgent({ macros: MACROS });
    await anna.talks("Dana");
    expect(await anna.say("canned")).toBe(
      [
        "1 Greeting – Hello, how can I help?",
        "2 Goodbye – Thank you, goodbye.",
        "3 Reset – Press the button.",
        "“canned 1” says it in your chat.",
      ].join("\n"),
    );
    expect(await anna.say("canned router")).toBe("3 Reset – Press the button.\n“canned 3” says it in your chat.");
    expect(await anna.say("canned how to reset")).toBe("No canned answer has “how to reset” in it.");
    expect(await anna.say("canned 9")).toContain("I do not know “9”. There are:");
    expect(anna.speakFor).not.toHaveBeenCalled();
  });

  it("that could not be said are said not to be", async () => {
    const anna = await startAgent({ macros: MACROS });
    await anna.talks("Dana");
    anna.speakFor.mockRejectedValueOnce(new Error("the link is away"));
    expect(await anna.say("canned 1")).toBe("That did not work just now. Please try again in a moment.");
  });
});

describe("looking back", () => {
  const DAY = Date.UTC(2026, 0, 1, 9);
  async function before() {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    const agents = [{ jid: "ben@example.org", joinedAt: DAY, leftAt: DAY + 600_000 }];
    const summary = { session: "old1", joinedAt: DAY, leftAt: DAY + 600_000, agents };
    anna.records.transcripts.push({ workgroup: "support", userId: "dana@webchat.example.org", summary });
    return { ...anna, id };
  }

  it("lists a visitor's earlier chats", async () => {
    const anna = await before();
    expect(await anna.say("history")).toBe(
      "Earlier chats of Dana:\n1 2026-01-01 09:00 UTC – 10 min – Ben\n“transcript 1” shows what was said.",
    );
    await anna.talks("Bob");
    expect(await anna.say("history bob")).toBe("Bob has not been here before.");
    expect(await anna.say("history")).toContain("Whose earlier chats?\n1 Dana");
  });

  it("says when there is nothing", async () => {
    const anna = await startAgent();
    expect(await anna.say("history")).toBe("There are no earlier chats.");
    expect(await anna.say("transcript")).toBe("There are no earlier chats.");
    expect(await anna.say("transcript 3")).toBe("There are no earlier chats.");
  });
});

describe("a database that is away", () => {
  it("is a plain sentence", async () => {
    const anna = await startAgent();
    const id = await anna.talks("Dana");
    const { StanzaError } = await import("../../../protocol/stanza-error.ts");
    anna.support.ask = () => Promise.reject(new StanzaError("wait", "internal-server-error", "away"));
    await anna.say("end");
    expect(await anna.say("yes")).toBe("That did not work just now. Please try again in a moment.");
    expect(anna.support.committed.requests.has(id)).toBe(true);
  });
});
