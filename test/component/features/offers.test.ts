import { describe, expect, it } from "vitest";
import { buildOfferAnswer } from "../../../protocol/workgroup/offer.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE } from "./world.ts";

const WG = "xmlns='http://jabber.org/protocol/workgroup'";

/** Anna holds an offer of Dana's request in `support`. */
const offered = async () => {
  const world = createWorld({ routing: "ring-all" });
  await world.signIn(ANNA);
  const { id } = await world.join();
  return { ...world, id };
};

describe("an agent who accepts", () => {
  it.each([
    ["by the request's id, as Smack does", () => "id='r1'"],
    ["by the visitor's address, as XEP-0142 has it", () => `jid='${DANA}'`],
    ["by the visitor's bare address", () => "jid='dana@webchat.example.org'"],
    ["by both, where the id counts", () => "id='r1' jid='nobody@example.org'"],
  ])("may name the offer %s", async (_, named) => {
    const { ask, support } = await offered();
    expect(await ask("set", `<offer-accept ${WG} ${named()}/>`)).toBeUndefined();
    expect(support.committed.requests.get("r1")?.phase).toMatchObject({ name: "opening-room", device: ANNA });
  });

  it("may do so in Jive's namespace (R-04)", async () => {
    const { ask, support } = await offered();
    await ask("set", "<offer-accept xmlns='http://jivesoftware.com/protocol/workgroup' id='r1'/>");
    expect(support.committed.requests.get("r1")?.phase.name).toBe("opening-room");
  });

  it.each(["id='r1'", `jid='${DANA}'`])(
    "at another of the own workgroups is taken to mean the one that asks (R-38): %s",
    async (named) => {
      const { ask, support, sales } = await offered();
      await ask("set", `<offer-accept ${WG} ${named}/>`, { to: SALES });
      expect(support.committed.requests.get("r1")?.phase.name).toBe("opening-room");
      expect(sales.told("offer-answered")).toEqual([]);
    },
  );

  it("by a visitor who waits in two workgroups takes the one that has asked", async () => {
    const world = createWorld();
    await world.signIn(ANNA, SALES);
    const { id } = await world.join(DANA, {}, world.sales);
    await world.signIn(BEN);
    await world.join(DANA);
    await world.ask("set", `<offer-accept ${WG} jid='${DANA}'/>`);
    expect(world.sales.committed.requests.get(id)?.phase.name).toBe("opening-room");
  });

  it("twice is told nothing the second time", async () => {
    const { ask, closeStaleOffer } = await offered();
    await ask("set", buildOfferAnswer("r1", true));
    await ask("set", buildOfferAnswer("r1", true));
    expect(closeStaleOffer).not.toHaveBeenCalled();
  });
});

describe("an agent who accepts too late", () => {
  const tooLate = { type: "modify", condition: "not-acceptable", text: "This offer was decided before." };

  it("is refused, and the offer closed on the screen (R-41)", async () => {
    const { refusal, ask, signIn, support, closeStaleOffer } = await offered();
    await signIn(BEN);
    await ask("set", buildOfferAnswer("r1", true), { from: BEN });
    expect(await refusal("set", buildOfferAnswer("r1", true))).toEqual(tooLate);
    expect(closeStaleOffer).toHaveBeenCalledExactlyOnceWith(support, ANNA, "r1");
  });

  it("is refused on the device that was slower", async () => {
    const { refusal, ask, signIn, support, closeStaleOffer } = await offered();
    const phone = "anna@example.org/phone";
    await signIn(phone);
    await ask("set", buildOfferAnswer("r1", true));
    expect(await refusal("set", buildOfferAnswer("r1", true), { from: phone })).toEqual(tooLate);
    expect(closeStaleOffer).toHaveBeenCalledExactlyOnceWith(support, phone, "r1");
  });

  it("is refused also when the visitor is gone, at whichever own workgroup", async () => {
    const { refusal, support, deps, closeStaleOffer } = await offered();
    await support.ask({ type: "depart-requested", at: deps.now(), visitor: DANA });
    expect(await refusal("set", buildOfferAnswer("r1", true), { to: SALES })).toEqual(tooLate);
    expect(closeStaleOffer).toHaveBeenCalledExactlyOnceWith(support, ANNA, "r1");
  });
});

describe("an agent who declines", () => {
  it("is not asked again for a while", async () => {
    const { ask, support } = await offered();
    await ask("set", buildOfferAnswer("r1", false));
    expect(support.committed.requests.get("r1")?.phase.name).toBe("queued");
    expect(Object.keys(support.committed.requests.get("r1")?.rejections ?? {})).toEqual(["anna@example.org"]);
  });

  it("too late harms nobody", async () => {
    const { ask, support, deps } = await offered();
    await support.ask({ type: "depart-requested", at: deps.now(), visitor: DANA });
    expect(await ask("set", buildOfferAnswer("r1", false))).toBeUndefined();
  });
});

describe("an answer that is refused", () => {
  it("names no offer", async () => {
    const { refusal } = await offered();
    expect(await refusal("set", `<offer-accept ${WG}/>`)).toMatchObject({ condition: "bad-request" });
    expect(await refusal("set", `<offer-accept ${WG} jid='@'/>`)).toMatchObject({ condition: "jid-malformed" });
    const unknown = { type: "cancel", condition: "item-not-found" };
    expect(await refusal("set", buildOfferAnswer("nothing", true))).toMatchObject(unknown);
    expect(await refusal("set", `<offer-accept ${WG} jid='x@y.z'/>`)).toMatchObject(unknown);
  });

  it("comes from somebody who is no agent", async () => {
    const { refusal, support } = await offered();
    const answer = buildOfferAnswer("r1", true);
    const refused = { type: "auth", condition: "not-authorized" };
    expect(await refusal("set", answer, { from: EVE })).toMatchObject(refused);
    expect(await refusal("set", answer, { from: DANA })).toMatchObject(refused);
    expect(support.committed.requests.get("r1")?.phase.name).toBe("offered");
  });

  it("comes from an agent who was not asked", async () => {
    const { refusal, support } = await offered();
    expect(await refusal("set", buildOfferAnswer("r1", true), { from: BEN })).toMatchObject({
      condition: "not-acceptable",
    });
    expect(support.committed.requests.get("r1")?.phase.name).toBe("offered");
  });

  it("goes to no workgroup", async () => {
    const { refusal } = await offered();
    expect(await refusal("set", buildOfferAnswer("r1", true), { to: `nobody@${SERVICE}` })).toMatchObject({
      condition: "not-authorized",
    });
  });
});
