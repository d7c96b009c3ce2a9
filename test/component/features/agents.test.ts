import { describe, expect, it, vi } from "vitest";
import {
  buildAgentRosterRequest,
  buildWorkgroupsRequest,
  parseColleagueStatus,
  parseWorkgroups,
} from "../../../protocol/workgroup/agent.ts";
import { attr, type Element, elements } from "../../../protocol/xml.ts";
import { parseXml, shape } from "../../support/xml.ts";
import { ANNA, BEN, createWorld, EVE, SALES, SERVICE, SUPPORT } from "./world.ts";

const WG = "xmlns='http://jabber.org/protocol/workgroup'";
const roster = buildAgentRosterRequest();

describe("T-02: the workgroups of an agent", () => {
  it("are asked with a full address and given with the bare one, by title", async () => {
    const answer = await createWorld().iq("get", buildWorkgroupsRequest(ANNA), { to: SERVICE });
    const expected = `<workgroups ${WG} jid='anna@example.org'><workgroup jid='${SALES}'/><workgroup jid='${SUPPORT}'/></workgroups>`;
    expect(attr(answer, "from")).toBe(SERVICE);
    expect(shape(answer).children).toEqual([shape(parseXml(expected))]);
  });

  it("may be those of a colleague; in Jive's namespace too", async () => {
    const { ask } = createWorld();
    const request = `<workgroups xmlns='http://jivesoftware.com/protocol/workgroup' jid='ben@example.org'/>`;
    const answer = await ask("get", request, { to: SERVICE });
    expect(answer && parseWorkgroups(answer)).toEqual([SUPPORT]);
  });

  it("are no stranger's business, and nobody's who is no agent", async () => {
    const { refusal } = createWorld();
    const asks = (from: string, jid: string) => refusal("get", buildWorkgroupsRequest(jid), { from, to: SERVICE });
    expect(await asks(EVE, EVE)).toMatchObject({ type: "auth", condition: "not-authorized" });
    expect(await asks(EVE, ANNA)).toMatchObject({ condition: "not-authorized" });
    expect(await asks(ANNA, EVE)).toMatchObject({ type: "cancel", condition: "item-not-found" });
    expect(await asks(ANNA, "@@")).toMatchObject({ condition: "jid-malformed" });
  });
});

describe("the agents' roster", () => {
  const status = (presences: Element[]) =>
    presences
      .filter((one) => one.name === "presence")
      .map((one) => ({ from: one.attrs.from, type: one.attrs.type, status: parseColleagueStatus(firstOf(one)) }));
  const firstOf = (one: Element): Element => {
    const found = elements(one).find(({ name }) => name === "agent-status");
    if (!found) throw new Error(`no status in ${String(one)}`);
    return found;
  };

  /** Both are signed in, and Anna has asked. */
  const followed = async () => {
    const world = createWorld();
    await world.signIn(ANNA);
    await world.signIn(BEN);
    const before = world.link.sent.length;
    await world.ask("get", roster);
    await vi.waitFor(() => expect(world.link.sent).toHaveLength(before + 2));
    return { ...world, first: world.link.sent.slice(before) };
  };

  it("lists all others, signed in or not, by bare address and name", async () => {
    const { signIn, iq } = createWorld();
    await signIn();
    const ben = `<agent jid='ben@example.org'><name xmlns='http://jivesoftware.com/protocol/workgroup'>Ben</name></agent>`;
    const answer = await iq("get", roster);
    expect(shape(answer).children).toEqual([
      shape(parseXml(`<agent-status-request ${WG}>${ben}</agent-status-request>`)),
    ]);
  });

  it("is followed by one presence for each client of a colleague, in its own name (R-37)", async () => {
    const { first } = await followed();
    expect(first.map(({ name }) => name)).toEqual(["iq", "presence"]);
    const expected = `<presence from='${BEN}' to='${ANNA}'><agent-status ${WG} jid='${SUPPORT}'><max-chats>2</max-chats><current-chats xmlns='http://jivesoftware.com/protocol/workgroup'/></agent-status></presence>`;
    expect(first[1] && shape(first[1])).toEqual(shape(parseXml(expected)));
  });

  it("is told anew when a colleague changes, talks, stops talking and goes, each once", async () => {
    const { link, tell, talk, support, deps } = await followed();
    const news = async (what: () => Promise<unknown>) => {
      const before = link.sent.length;
      await what();
      await vi.waitFor(() => expect(link.sent.length).toBeGreaterThan(before));
      expect(link.sent.slice(before).filter(({ attrs }) => attrs.to === ANNA)).toHaveLength(1);
      return link.sent.at(-1);
    };
    const away = await news(() => tell(`<presence from='${BEN}' to='${SUPPORT}'><show>away</show></presence>`));
    expect(away?.getChildText("show")).toBe("away");
    await news(() => tell(`<presence from='${BEN}' to='${SUPPORT}'/>`));
    support.post({ type: "agent-changed", at: 0, device: ANNA, show: "dnd", maxChats: null });
    let id = "";
    const talking = await news(async () => {
      id = (await talk(BEN)).id;
    });
    expect(talking && status([talking])).toEqual([
      {
        from: BEN,
        type: undefined,
        status: {
          workgroup: SUPPORT,
          maxChats: 2,
          chats: [
            {
              session: id,
              userId: "dana@webchat.example.org",
              startedAt: expect.any(Number),
              question: "Why?",
              username: "Dana",
              email: "dana@x.org",
            },
          ],
        },
      },
    ]);
    const idle = await news(() => support.ask({ type: "end-requested", at: deps.now(), request: id, by: BEN }));
    expect(idle && status([idle])[0]?.status.chats).toEqual([]);
    const gone = await news(() => tell(`<presence type='unavailable' from='${BEN}' to='${SUPPORT}'/>`));
    expect(gone?.attrs).toMatchObject({ from: BEN, to: ANNA, type: "unavailable" });
  });

  it("speaks in the names of another server's people to our own only: no server would carry it further", async () => {
    const [yan, zoe] = ["yan@third.example/a", "zoe@other.example/b"];
    const people = [ANNA, yan, zoe].map((jid) => jid.replace(/\/.*/, ""));
    const world = createWorld({ agents: people.map((jid) => ({ jid, name: jid })) });
    for (const jid of [ANNA, yan, zoe]) await world.signIn(jid);
    const toldTo = async (from: string): Promise<(string | undefined)[]> => {
      const before = world.link.sent.length;
      await world.ask("get", roster, { from });
      await vi.waitFor(() => expect(world.link.sent.length).toBeGreaterThan(before + 1));
      return world.link.sent.slice(before + 1).map(({ attrs }) => attrs.from);
    };
    expect(await toldTo(yan)).toEqual([ANNA]);
    expect(await toldTo(ANNA)).toEqual([yan, zoe]);
  });

  it("is told no more to a client that signed out, though it came back", async () => {
    const { link, signIn, ask, tell } = await followed();
    await tell(`<presence type='unavailable' from='${ANNA}' to='${SUPPORT}'/>`);
    await signIn(ANNA);
    const phone = "anna@example.org/phone";
    await signIn(phone);
    await ask("get", roster, { from: phone });
    const before = link.sent.length;
    await tell(`<presence from='${BEN}' to='${SUPPORT}'><show>dnd</show></presence>`);
    const isNews = (one: Element) => one.name === "presence" && one.getChildText("show") === "dnd";
    const told = await vi.waitFor(() => {
      const news = link.sent.slice(before).filter(isNews);
      expect(news).not.toEqual([]);
      return news;
    });
    expect(told.map(({ attrs }) => attrs.to)).toEqual([phone]);
  });

  it("is for agents who are signed in", async () => {
    const { refusal, signIn } = createWorld();
    expect(await refusal("get", roster)).toMatchObject({ type: "cancel", condition: "item-not-found" });
    expect(await refusal("get", roster, { from: EVE })).toMatchObject({ condition: "not-authorized" });
    await signIn();
    expect(await refusal("get", roster, { from: "anna@example.org/other" })).toMatchObject({
      condition: "item-not-found",
    });
  });
});
