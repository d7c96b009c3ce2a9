import { beforeEach, expect, it } from "vitest";
import type { Device } from "../../../component/domain/model.ts";
import { loadDevices, saveDevices } from "../../../component/store/agents.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const device = (name: string, changes: Partial<Device> = {}): Device => ({
  jid: `anna@localhost/${name}`,
  show: "available",
  maxChats: null,
  since: AT,
  ...changes,
});
const saveAnna = (workgroup: string, devices: Device[]) => saveDevices(store.tx, workgroup, "anna@localhost", devices);
const loaded = async () =>
  (await loadDevices(store.tx)).map(({ workgroup, agent, device }) => ({ workgroup, agent, ...device }));

it("devices come back as they were", async () => {
  const devices = [device("a"), device("b", { show: "dnd", maxChats: 3, since: AT + 1 })];
  await saveAnna("support", devices);
  expect(await loadDevices(store.tx)).toEqual(
    devices.map((one) => ({ workgroup: "support", agent: "anna@localhost", device: one })),
  );
});

it("the newest devices replace those before, of that agent in that workgroup alone", async () => {
  await saveAnna("support", [device("a"), device("b")]);
  await saveAnna("sales", [device("a")]);
  await saveDevices(store.tx, "support", "ben@localhost", [device("x", { jid: "ben@localhost/x" })]);
  await saveAnna("support", [device("b", { show: "away" }), device("c", { since: AT + 2 })]);
  expect((await loaded()).map((one) => [one.workgroup, one.jid, one.show])).toEqual([
    ["sales", "anna@localhost/a", "available"],
    ["support", "anna@localhost/b", "away"],
    ["support", "anna@localhost/c", "available"],
    ["support", "ben@localhost/x", "available"],
  ]);
});

it("an agent without a device is signed out", async () => {
  await saveAnna("support", [device("a")]);
  await saveAnna("support", []);
  expect(await loaded()).toEqual([]);
});
