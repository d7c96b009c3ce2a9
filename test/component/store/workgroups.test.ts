import { describe, expect, it } from "vitest";
import { loadWorkgroups, saveConfiguration } from "../../../component/store/workgroups.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, settings } from "./samples.ts";

const store = useDatabase();

describe("a configuration that is saved", () => {
  it("comes back whole, by name", async () => {
    const support = settings("support", { texts: { de: { greeting: "Grüß Gott \u{1F44B}" } }, open: false });
    await saveConfiguration(store.tx, [support, settings("sales")], AT);
    expect(await loadWorkgroups(store.tx)).toEqual([
      { settings: settings("sales"), changedAt: AT, removed: false },
      { settings: support, changedAt: AT, removed: false },
    ]);
  });

  it("moves the time of change only where something changed", async () => {
    await saveConfiguration(store.tx, [settings("support"), settings("sales")], AT);
    await saveConfiguration(store.tx, [settings("support"), settings("sales", { maxChats: 9 })], AT + 1);
    const loaded = await loadWorkgroups(store.tx);
    expect(loaded.map((one) => [one.settings.node, one.settings.maxChats, one.changedAt])).toEqual([
      ["sales", 9, AT + 1],
      ["support", 4, AT],
    ]);
  });

  it("marks what is not in it any more, and takes it back when it returns", async () => {
    const removed = async () => (await loadWorkgroups(store.tx)).map((one) => [one.settings.node, one.removed]);
    await saveConfiguration(store.tx, [settings("support"), settings("sales")], AT);
    await saveConfiguration(store.tx, [settings("support")], AT + 1);
    expect(await removed()).toEqual([
      ["sales", true],
      ["support", false],
    ]);
    await saveConfiguration(store.tx, [], AT + 2);
    expect((await removed()).map(([, gone]) => gone)).toEqual([true, true]);
    await saveConfiguration(store.tx, [settings("sales")], AT + 3);
    expect(await removed()).toEqual([
      ["sales", false],
      ["support", true],
    ]);
  });
});
