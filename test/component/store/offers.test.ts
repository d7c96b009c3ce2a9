import { beforeEach, expect, it } from "vitest";
import { recordOffer } from "../../../component/store/offers.ts";
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

it("an offer that is over is one row, with what its devices said", async () => {
  const over = offer("o1", { acknowledged: ["anna@localhost/a"], failed: ["anna@localhost/b"] });
  await recordOffer(store.tx, "r1", over, AT + 1, "accepted");
  const { acknowledged, failed } = over;
  expect(await offers()).toEqual([{ id: "o1", acknowledged, failed, ended_at: new Date(AT + 1), outcome: "accepted" }]);
});

it("an offer ends once, in the way that came first", async () => {
  await recordOffer(store.tx, "r1", offer("o1"), AT + 1, "accepted");
  await recordOffer(store.tx, "r1", offer("o1"), AT + 2, "expired");
  expect(await offers()).toMatchObject([{ id: "o1", ended_at: new Date(AT + 1), outcome: "accepted" }]);
});

it("an offer that an earlier version kept while it was open is ended", async () => {
  await store.tx.query(
    `INSERT INTO offers (id, request_id, agent, devices, acknowledged, failed, sent_at, expires_at)
     VALUES ('o1', 'r1', 'anna@localhost', '{}', '{}', '{}', now(), now())`,
  );
  await recordOffer(store.tx, "r1", offer("o1"), AT + 1, "withdrawn");
  expect(await offers()).toMatchObject([{ id: "o1", outcome: "withdrawn" }]);
});

it("an offer of a request that is no longer kept is not kept either", async () => {
  await recordOffer(store.tx, "gone", offer("o1"), AT + 1, "withdrawn");
  expect(await offers()).toEqual([]);
});
