import { beforeEach, expect, it } from "vitest";
import { endOffer, endOpenOffers, saveOffer } from "../../../component/store/offers.ts";
import { saveRequest } from "../../../component/store/requests.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, offer, request } from "./samples.ts";

const store = useDatabase();
beforeEach(async () => {
  await configure(store.tx, "support");
  await saveRequest(store.tx, "support", request("r1"));
});

const offers = async () =>
  (await store.tx.query("SELECT id, acknowledged, failed, ended_at, outcome FROM offers ORDER BY id")).rows;
const open = { acknowledged: [], failed: [], ended_at: null, outcome: null };

it("an offer is one row, brought up to date by what its devices say", async () => {
  await saveOffer(store.tx, "r1", offer("o1"));
  await saveOffer(store.tx, "r1", offer("o1", { acknowledged: ["anna@localhost/a"], failed: ["anna@localhost/b"] }));
  expect(await offers()).toEqual([
    { ...open, id: "o1", acknowledged: ["anna@localhost/a"], failed: ["anna@localhost/b"] },
  ]);
});

it("an offer ends once, in the way that came first, and a late acknowledgement does not open it again", async () => {
  await saveOffer(store.tx, "r1", offer("o1"));
  await endOffer(store.tx, "o1", AT + 1, "accepted");
  await endOffer(store.tx, "o1", AT + 2, "expired");
  await saveOffer(store.tx, "r1", offer("o1", { acknowledged: ["anna@localhost/a"] }));
  expect(await offers()).toEqual([{ ...open, id: "o1", ended_at: new Date(AT + 1), outcome: "accepted" }]);
});

it("what a crash left open is ended, and nothing else", async () => {
  await saveOffer(store.tx, "r1", offer("o1"));
  await saveOffer(store.tx, "r1", offer("o2"));
  await saveOffer(store.tx, "r1", offer("o3"));
  await endOffer(store.tx, "o1", AT + 1, "rejected");
  expect(await endOpenOffers(store.tx, AT + 5, "withdrawn")).toBe(2);
  expect((await offers()).map((one) => one.outcome)).toEqual(["rejected", "withdrawn", "withdrawn"]);
  expect(await endOpenOffers(store.tx, AT + 6, "withdrawn")).toBe(0);
});
