import { expect, it } from "vitest";
import type { MacroGroup } from "../../../component/domain/macros.ts";
import { personalMacros, savePersonalMacros } from "../../../component/store/macros.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT } from "./samples.ts";

const store = useDatabase();

const tree = (response: string): MacroGroup => ({
  title: "Mine",
  macros: [{ title: "Hello", description: "", response, kind: "text" }],
  groups: [{ title: "Empty", macros: [], groups: [] }],
});

it("an agent's canned answers come back as they were saved last, each agent's own", async () => {
  await savePersonalMacros(store.tx, "anna@localhost", tree("Hi"), AT);
  await savePersonalMacros(store.tx, "ben@localhost", tree("Good day"), AT);
  await savePersonalMacros(store.tx, "anna@localhost", tree("Hi & <b>welcome</b> \u{1F600}"), AT);
  expect(await personalMacros(store.tx, "anna@localhost")).toEqual(tree("Hi & <b>welcome</b> \u{1F600}"));
  expect(await personalMacros(store.tx, "ben@localhost")).toEqual(tree("Good day"));
});

it("an agent who never saved any has none", async () => {
  expect(await personalMacros(store.tx, "nobody@localhost")).toBeNull();
});

it("what PostgreSQL cannot hold is replaced", async () => {
  await savePersonalMacros(store.tx, "anna@localhost", tree("x\0y"), AT);
  expect(await personalMacros(store.tx, "anna@localhost")).toEqual(tree("x\uFFFDy"));
});
