import { beforeEach, expect, it } from "vitest";
import { type Contact, loadContacts, removeContact, saveContact } from "../../../component/store/contacts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support", "sales"));

const contact = (changes: Partial<Contact> = {}): Contact => ({
  workgroup: "support",
  jid: "anna@localhost",
  subscribed: true,
  granted: true,
  askedAt: AT,
  lang: "de",
  maxChats: 3,
  ...changes,
});

it("contacts come back as they were", async () => {
  const bare = { subscribed: false, granted: false, askedAt: null, lang: null, maxChats: null };
  const contacts = [contact({ workgroup: "sales" }), contact(), contact({ jid: "ben@localhost", ...bare })];
  for (const one of contacts.toReversed()) await saveContact(store.tx, one);
  expect(await loadContacts(store.tx)).toEqual(contacts);
});

it("what is known last counts", async () => {
  await saveContact(store.tx, contact());
  await saveContact(store.tx, contact({ granted: false, lang: "en" }));
  expect(await loadContacts(store.tx)).toEqual([contact({ granted: false, lang: "en" })]);
});

it("a contact is forgotten in one workgroup, and of one that never was there is none", async () => {
  await saveContact(store.tx, contact());
  await saveContact(store.tx, contact({ workgroup: "sales" }));
  await saveContact(store.tx, contact({ workgroup: "nowhere" }));
  await removeContact(store.tx, "support", "anna@localhost");
  expect(await loadContacts(store.tx)).toEqual([contact({ workgroup: "sales" })]);
});
