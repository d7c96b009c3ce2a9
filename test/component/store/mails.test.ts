import { beforeEach, describe, expect, it } from "vitest";
import { claimMail, type MailClaim, releaseMail } from "../../../component/store/mails.ts";
import { saveRequest } from "../../../component/store/requests.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, request } from "./samples.ts";

const store = useDatabase();
beforeEach(async () => {
  await configure(store.tx, "support", "sales");
  for (const id of ["s1", "s2", "s3"]) await saveRequest(store.tx, "support", request(id));
  await saveRequest(store.tx, "sales", request("s4"));
});

const DAY = 86_400_000;
const bounds = { mostOfSession: 2, mostOfSender: 3, mostOfWorkgroup: 5, since: AT - DAY };
const claim = (changes: Partial<MailClaim> = {}, most: Partial<typeof bounds> = {}) =>
  claimMail(
    store.tx,
    { session: "s1", sender: "v1@localhost", role: "visitor", recipient: "a@b.c", at: AT, ...changes },
    { ...bounds, ...most },
  );
const may = async (...of: Parameters<typeof claim>) => (await claim(...of)) !== null;

describe("mails of transcripts", () => {
  it("are bounded for each session", async () => {
    expect([await may(), await may(), await may()]).toEqual([true, true, false]);
    expect(await may({ sender: "v2@localhost" })).toBe(true);
    expect(await may({ session: "s2" })).toBe(true);
  });

  it("are bounded for each sender, for a time", async () => {
    for (const session of ["s1", "s2", "s3"]) expect(await may({ session })).toBe(true);
    expect(await may({ session: "s4" })).toBe(false);
    expect(await may({ session: "s4", at: AT + DAY }, { since: AT })).toBe(true);
  });

  it("are bounded for each workgroup, visitors and agents apart", async () => {
    for (let i = 0; i < 5; i += 1) expect(await may({ sender: `v${i}@localhost` })).toBe(true);
    expect(await may({ sender: "v9@localhost" })).toBe(false);
    expect(await may({ sender: "anna@localhost", role: "agent" })).toBe(true);
    expect(await may({ sender: "v9@localhost", session: "s4" })).toBe(true);
  });

  it("that were not sent after all do not count", async () => {
    const id = await claim({}, { mostOfSession: 1 });
    expect(await may({}, { mostOfSession: 1 })).toBe(false);
    await releaseMail(store.tx, id ?? "");
    expect(await may({}, { mostOfSession: 1 })).toBe(true);
  });

  it("belong to sessions that there are", async () => {
    expect(await may({ session: "nothing\0" })).toBe(false);
  });
});
