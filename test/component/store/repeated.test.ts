import { beforeEach, expect, it } from "vitest";
import { saveDevices } from "../../../component/store/agents.ts";
import { storeMessage } from "../../../component/store/messages.ts";
import { recordOffer } from "../../../component/store/offers.ts";
import { endRequest, saveRequest } from "../../../component/store/requests.ts";
import { participantJoined, participantLeft, startSession } from "../../../component/store/sessions.ts";
import { appendEntries } from "../../../component/store/transcripts.ts";
import { useDatabase } from "../../support/postgres.ts";
import { AT, configure, line, offer, request } from "./samples.ts";

const store = useDatabase();
beforeEach(() => configure(store.tx, "support"));

const anna = { jid: "anna@localhost/a", nick: "Anna", role: "agent" } as const;
const device = { jid: anna.jid, show: "available", maxChats: null, since: AT } as const;

/** The saves of some steps in a row, as one transaction may hold them. */
async function steps(): Promise<void> {
  const { tx } = store;
  await saveDevices(tx, "support", "anna@localhost", [device]);
  await saveRequest(tx, "support", request("r1"));
  await saveRequest(tx, "support", request("r1", { phase: { name: "offered", offers: [offer("o1")] } }));
  await recordOffer(tx, "r1", offer("o1"), AT + 1, "accepted");
  await startSession(tx, "r1", "anna@localhost", AT + 2);
  await participantJoined(tx, "r1", { ...anna, at: AT + 2 });
  await participantLeft(tx, "r1", anna.jid, AT + 3);
  await participantJoined(tx, "r1", { ...anna, at: AT + 4 });
  await startSession(tx, "r1", "ben@localhost", AT + 5);
  await appendEntries(tx, [line("r1", "a"), line("r1", "b")]);
  await saveRequest(tx, "support", request("r2"));
  await participantJoined(tx, "r2", { ...anna, at: AT + 6 });
  await endRequest(tx, "r2", AT + 7, "visitor-ended", { kind: "visitor" });
  const left = { visitor: "v@webchat.localhost", key: "k", name: "", email: "", text: "", leftAt: AT };
  await storeMessage(tx, { workgroup: "support", ...left });
}

it("steps that are saved a second time, since nobody knew of the first, change nothing", async () => {
  const everything = async (): Promise<unknown[]> => {
    const { rows: tables } = await store.tx.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_steps' ORDER BY 1",
    );
    const rows: unknown[] = [];
    for (const { name } of tables)
      rows.push(name, (await store.tx.query(`SELECT * FROM ${name} ORDER BY 1, 2, 3`)).rows);
    return rows;
  };
  await steps();
  const once = await everything();
  await steps();
  expect(await everything()).toEqual(once);
  expect(JSON.stringify(once)).toContain('"left_at":null');
});
