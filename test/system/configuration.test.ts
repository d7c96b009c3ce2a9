/** What administrators write in Prosody's configuration, and what comes of it without a restart. */
import { describe, expect, it } from "vitest";
import { parseForm } from "../../protocol/data-form.ts";
import { buildInfoRequest, buildItemsRequest, parseInfo, parseItems } from "../../protocol/disco.ts";
import { buildJoin } from "../../protocol/muc.ts";
import { NS_DATA_FORM } from "../../protocol/ns.ts";
import { parseStanzaError } from "../../protocol/stanza-error.ts";
import { buildWorkgroupFormRequest } from "../../protocol/workgroup/join.ts";
import { buildConfiguration, parseWorkgroupInfo } from "../../protocol/workgroup/settings.ts";
import { attr, child } from "../../protocol/xml.ts";
import { SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const SERVICE = "workgroup.localhost";
const house = useHouse({ workgroups: workgroupsLua("agent_grace = 2; visitor_grace = 2;") });

const titles = async (asker: Awaited<ReturnType<typeof house.agent>>): Promise<string[]> => {
  const items = await asker.request("get", SERVICE, buildItemsRequest());
  return items ? parseItems(items).map(({ name }) => name) : [];
};

/** Both workgroups as they were, `support` open or not, once pages see it too: they may be some seconds behind. */
async function configured(availability: "open" | "closed"): Promise<void> {
  const open = `open = ${availability === "open"};`;
  await house.stack.reloadWorkgroups(workgroupsLua(`agent_grace = 2; visitor_grace = 2; ${open}`));
  await eventually(`the page to see it ${availability}`, async () => {
    const answer = await fetch(`${house.stack.url}/workgroups/support`);
    return answer.ok && (await answer.text()).includes(`"availability":"${availability}"`);
  });
}

describe("workgroups in prosody.cfg.lua", () => {
  it("are found by discovery, with their form and whether they are open", async () => {
    const anna = await house.agent("anna");
    expect((await titles(anna)).toSorted()).toEqual(["Sales", "Support"]);
    const info = await anna.request("get", SUPPORT, buildInfoRequest());
    expect(info && parseInfo(info).identities).toEqual([
      { category: "collaboration", type: "workgroup", name: "Support" },
    ]);
    expect(info && parseWorkgroupInfo(info).status).toBe("OPEN");
    const form = await anna.request("get", SUPPORT, buildWorkgroupFormRequest());
    const x = form && child(form, "x", NS_DATA_FORM);
    expect(x && parseForm(x).fields.map((field) => [field.var, field.required])).toEqual([
      ["username", true],
      ["email", true],
      ["question", true],
    ]);
  });

  it("take effect by reload: one is added, one changed, one removed, and a running chat goes on to its end", async () => {
    const { john, anna, room } = await house.talk();
    const said = await house.stack.reloadWorkgroups(`workgroups = {
      sales = { name = "Sales and Orders"; agents = { "anna@localhost" } };
      billing = { name = "Billing"; agents = { "anna@localhost" } };
    }`);
    expect(said.at(-1)).toMatch(/^2 taken over/);
    expect((await titles(anna)).toSorted()).toEqual(["Billing", "Sales and Orders"]);

    john.say("am I still here?");
    await anna.hear(room, "am I still here?");
    await eventually("the page to know it no more", async () => {
      const { status } = await fetch(`${house.stack.url}/workgroups/support`);
      return status === 404;
    });
    john.send({ kind: "end" });
    await john.phase("ended");
    await configured("open");
    expect((await titles(anna)).toSorted()).toEqual(["Sales", "Support"]);
  });

  it("with one mistake are refused whole; every mistake stands in Prosody's log with its place", async () => {
    const anna = await house.agent("anna");
    const said = await house.stack.reloadWorkgroups(`workgroups = {
      support = { name = "Renamed"; agents = { "anna@localhost"; "not an address" }; offer_timeout = "soon" };
      sales = { nmae = "Sales" };
    }`);
    expect(said.at(-1)).toMatch(/^not taken over/);
    const log = await house.stack.log("prosody");
    for (const place of ["workgroups.support.agents[2]", "workgroups.support.offer_timeout", "workgroups.sales.nmae"]) {
      expect(log).toContain(place);
    }
    expect((await titles(anna)).toSorted()).toEqual(["Sales", "Support"]);
  });

  it("cannot be handed over by anybody but the server", async () => {
    const anna = await house.agent("anna");
    const forged = buildConfiguration(JSON.stringify({ domain: "localhost", admins: [], workgroups: {} }));
    await expect(anna.request("set", SERVICE, forged)).rejects.toMatchObject({ condition: "forbidden" });
    expect(await titles(anna)).toHaveLength(2);
  });

  it("can be switched off: visitors are told, and may leave a message that agents see", async () => {
    const anna = await house.agent("anna");
    await configured("closed");
    const john = await house.visitor();
    john.join({ username: "John", email: "j@example.org", question: "?" });
    expect((await john.frame("refused")).code).toBe("closed");
    const key = crypto.randomUUID();
    const message = {
      kind: "leave-message",
      key,
      name: "John",
      email: "john@example.org",
      text: "Please call back",
    } as const;
    john.send(message);
    expect((await john.frame("message-stored")).key).toBe(key);
    await anna.inbox.first(
      "the message",
      (stanza) =>
        stanza.is("message") &&
        attr(stanza, "from") === SUPPORT &&
        String(stanza).includes("Please call back") &&
        stanza,
    );
    // Said again, as after a lost answer, it is stored once.
    john.send(message);
    await john.frame("message-stored", john.inbox.all.length);
    const { rows } = await house.db.query("SELECT name, email, body FROM messages");
    expect(rows).toEqual([{ name: "John", email: "john@example.org", body: "Please call back" }]);
    await configured("open");
  });
});

describe("rooms", () => {
  it("are made by the workgroup service only", async () => {
    const anna = await house.agent("anna");
    const room = "my-own-room@conference.localhost";
    await anna.send(buildJoin({ room, nick: "Anna" }));
    const refusal = await anna.inbox.first(
      "the refusal",
      (stanza) => stanza.is("presence") && attr(stanza, "type") === "error" && stanza,
    );
    expect(parseStanzaError(refusal).condition).toBe("not-allowed");
  });

  it("of a session let nobody else in", async () => {
    const { john, room } = await house.talk();
    const ben = await house.agent("ben");
    await ben.send(buildJoin({ room, nick: "Ben" }));
    const refusal = await ben.inbox.first(
      "the refusal",
      (stanza) =>
        stanza.is("presence") && attr(stanza, "from")?.startsWith(room) && attr(stanza, "type") === "error" && stanza,
    );
    expect(parseStanzaError(refusal).condition).toBe("registration-required");
    john.send({ kind: "end" });
    await john.phase("ended");
  });
});
