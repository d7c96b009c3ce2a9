import { afterEach, describe, expect, it } from "vitest";
import type { Entry, SessionRecord } from "../../../component/features/deps.ts";
import { mailCopies } from "../../../component/features/mail.ts";
import { createMailer } from "../../../component/mail.ts";
import { StanzaError } from "../../../protocol/stanza-error.ts";
import { elements } from "../../../protocol/xml.ts";
import { createLog } from "../../../runtime/log.ts";
import { bodyOf, startSmtpServer } from "../../support/smtp.ts";
import { ANNA, BEN, createWorld, DANA, EVE, SALES, SERVICE } from "./world.ts";

const JIVE = "xmlns='http://jivesoftware.com/protocol/workgroup'";
const AT = Date.UTC(2026, 0, 5, 9);

const kept: SessionRecord = {
  workgroup: "support",
  visitor: DANA,
  userId: "dana@webchat.example.org",
  metadata: { username: ["Dana"] },
  joinedAt: AT,
  endedAt: AT + 1_000,
  hadSession: true,
};
const entry = (stanzaId: string, more: Partial<Entry>): Entry => ({
  stanzaId,
  kind: "line",
  speakerKind: "agent",
  nick: "Anna",
  key: "",
  body: "Because <so>",
  at: AT,
  ...more,
});

type Parts = Partial<Record<"fromAddress" | "toAddress" | "subject" | "message" | "useHTML" | "sessionID", string>>;

/** As a client asks; a part that is undefined is left out. */
function asks(parts: Parts = {}): string {
  const all = {
    fromAddress: "desk@example.org",
    toAddress: "dana@example.net",
    subject: "Your chat",
    message: "ignored",
    useHTML: "true",
    sessionID: "s1",
    ...parts,
  };
  const written = Object.entries(all).flatMap(([name, text]) =>
    text === undefined ? [] : `<${name}>${text}</${name}>`,
  );
  return `<send-email ${JIVE}>${written.join("")}</send-email>`;
}

function world(of: Parameters<typeof createWorld>[0] = {}) {
  const one = createWorld(of);
  one.records.kept.set("s1", kept);
  one.records.entries.set("s1", [
    entry("q", { kind: "service", speakerKind: "visitor", nick: "Dana", body: "Why?" }),
    entry("n", { kind: "service", speakerKind: "service", nick: "Support", body: "Ben is asked" }),
    entry("a", {}),
    entry("r", { body: "" }),
  ]);
  return one;
}

describe("a transcript by e-mail", () => {
  it.each([
    ["the visitor whose talk it was", DANA],
    ["the same visitor on another client", "dana@webchat.example.org/other"],
    ["an agent of the workgroup", BEN],
  ])("is sent to %s", async (_, from) => {
    const { iq, mails } = world();
    const answer = await iq("set", asks(), { from });
    expect(elements(answer)).toEqual([]);
    expect(mails).toMatchObject([{ fromName: "Support", to: "dana@example.net", subject: "Your chat with Support" }]);
    expect(mails[0]?.text).toContain("Dana: Why?\n[2026-01-05 09:00 UTC] Anna: Because <so>\n");
    // Neither the service's news nor a line that was taken back.
    expect(mails[0]?.text.match(/UTC\]/g)).toHaveLength(2);
    expect(mails[0]?.html).toContain("Because &lt;so&gt;");
  });

  it("has nothing in it of what the request says but the address", async () => {
    const { ask, mails } = world();
    await ask("set", asks({ fromAddress: "ceo@bank.example", subject: "Buy now", message: "http://evil.example" }));
    expect(JSON.stringify(mails)).not.toMatch(/bank|Buy now|evil/);
  });

  it("is no open relay: only transcripts are mailed, only by those who took part in them", async () => {
    const { refusal, mails, records } = world();
    const forbidden = { type: "auth", condition: "forbidden" };
    expect(await refusal("set", asks({ sessionID: undefined }), { from: DANA })).toMatchObject(forbidden);
    expect(await refusal("set", asks({ sessionID: "" }))).toMatchObject(forbidden);
    expect(await refusal("set", asks(), { from: EVE })).toMatchObject(forbidden);
    expect(await refusal("set", asks({ sessionID: "s9" }), { from: EVE })).toMatchObject(forbidden);
    // Of another workgroup, or of none, as an agent hears it.
    const unknown = { type: "cancel", condition: "item-not-found" };
    expect(await refusal("set", asks(), { to: SALES })).toMatchObject(unknown);
    expect(await refusal("set", asks({ sessionID: "s9" }))).toMatchObject(unknown);
    expect(await refusal("set", asks(), { from: DANA, to: `nobody@${SERVICE}` })).toMatchObject({
      condition: "not-authorized",
    });
    // Somebody who never talked with an agent could mail anything to anybody.
    records.kept.set("s1", { ...kept, hadSession: false });
    expect(await refusal("set", asks(), { from: DANA })).toMatchObject(forbidden);
    expect(mails).toEqual([]);
    expect(records.mailed).toEqual([]);
  });

  it.each<[name: string, parts: Parts]>([
    ["no sender", { fromAddress: " " }],
    ["no recipient", { toAddress: "" }],
    ["no subject", { subject: "" }],
    ["neither message nor session", { message: "", sessionID: undefined }],
    ["a header in the recipient", { toAddress: "dana@example.net&#10;Bcc: all@example.org" }],
    ["a header in the subject", { subject: "x&#13;&#10;Bcc: all@example.org" }],
    ["a header in the sender", { fromAddress: "x@y.z&#10;Bcc: all@example.org" }],
    ["a line separator in the subject", { subject: "x&#8232;Bcc: all@example.org" }],
    ["two recipients", { toAddress: "dana@example.net,eve@example.org" }],
    ["a recipient with a name", { toAddress: "Dana &lt;dana@example.net&gt;" }],
    ["no address at all", { toAddress: "dana" }],
  ])("is refused with %s", async (_, parts) => {
    const { refusal, mails } = world();
    for (const from of [ANNA, DANA]) {
      expect(await refusal("set", asks(parts), { from })).toMatchObject({
        type: "modify",
        condition: "not-acceptable",
      });
    }
    expect(mails).toEqual([]);
  });

  it.each(["fromAddress", "toAddress", "subject", "message", "useHTML"] as const)("needs %s", async (name) => {
    const refused = await world().refusal("set", asks({ [name]: undefined }));
    expect(refused).toMatchObject({ type: "modify", condition: "bad-request" });
  });

  it("is sent by a visitor three times, and then not for a day", async () => {
    const { ask, refusal, mails, records } = world();
    for (let i = 0; i < 3; i += 1) await ask("set", asks({ toAddress: `dana${i}@example.net` }), { from: DANA });
    const later = { type: "wait", condition: "resource-constraint" };
    expect(await refusal("set", asks(), { from: DANA })).toMatchObject(later);
    expect(mails).toHaveLength(3);
    // An agent still may.
    await ask("set", asks());
    for (let i = 2; i < 9; i += 1) {
      records.kept.set(`s${i}`, kept);
      records.entries.set(`s${i}`, records.entries.get("s1") ?? []);
      await ask("set", asks({ sessionID: `s${i}` }), { from: DANA });
    }
    records.kept.set("s10", kept);
    records.entries.set("s10", records.entries.get("s1") ?? []);
    expect(await refusal("set", asks({ sessionID: "s10" }), { from: DANA })).toMatchObject(later);
  });

  it("that the server for e-mail puts off may be tried again; one that it refuses has counted", async () => {
    const { refusal, deps, records } = world();
    const failing = (error: StanzaError) => ({ send: () => Promise.reject(error) });
    deps.mailer = failing(new StanzaError("wait", "internal-server-error", "Later."));
    expect(await refusal("set", asks(), { from: DANA })).toMatchObject({ type: "wait", text: "Later." });
    expect(records.mailed).toEqual([]);
    deps.mailer = failing(new StanzaError("cancel", "recipient-unavailable", "No such mailbox."));
    expect(await refusal("set", asks(), { from: DANA })).toMatchObject({ condition: "recipient-unavailable" });
    expect(records.mailed).toHaveLength(1);
  });

  it("of a chat in which nothing was said is not sent", async () => {
    const { refusal, records, mails } = world();
    records.entries.set("s1", []);
    expect(await refusal("set", asks())).toMatchObject({ condition: "item-not-found" });
    expect(mails).toEqual([]);
  });

  it("is refused while no server for e-mail is set up", async () => {
    const { refusal, deps } = world();
    deps.mailer = null;
    expect(await refusal("set", asks())).toMatchObject({ type: "cancel", condition: "service-unavailable" });
  });
});

describe("copies of a talk that has ended", () => {
  const copies = ["archive@shop.example", "boss@shop.example"];
  const settings = { fromName: "Shop", subject: "A chat", text: "A chat has ended.", copies };

  it("go to where the administrator wants them, each once, however often the end is told", async () => {
    const { deps, mails } = world({ transcriptMail: settings });
    await mailCopies("s1", deps);
    await mailCopies("s1", deps);
    expect(mails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual(copies.map((to) => `${to}: A chat`));
  });

  it("are none where nobody wants them, nobody was there, or nothing can be mailed", async () => {
    const none = world();
    await mailCopies("s1", none.deps);
    const { deps, mails, records } = world({ transcriptMail: settings });
    await mailCopies("s9", deps);
    records.kept.set("s1", { ...kept, hadSession: false });
    await mailCopies("s1", deps);
    records.kept.set("s1", kept);
    deps.mailer = null;
    await mailCopies("s1", deps);
    expect([...none.mails, ...mails]).toEqual([]);
  });
});

describe("on the wire to a real server for e-mail", () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it("the visitor's transcript arrives, and nothing else", async () => {
    const server = await startSmtpServer();
    const log = createLog({ name: "test", level: "error", write: () => undefined });
    const mailer = createMailer({ url: server.url, from: "chat@shop.example" }, log);
    closing.push(server.stop, () => mailer.close());
    const { deps, ask, refusal } = world();
    deps.mailer = mailer;
    await ask("set", asks(), { from: DANA });
    await refusal("set", asks({ toAddress: "dana@example.net&#10;RCPT TO:&lt;all@example.org&gt;" }), { from: DANA });
    expect(server.received).toMatchObject([{ from: "chat@shop.example", to: ["dana@example.net"] }]);
    const body = server.received[0] ? bodyOf(server.received[0]) : "";
    expect(body).toContain("[2026-01-05 09:00 UTC] Dana: Why?");
    expect(body).toContain("<td>Because &lt;so&gt;</td>");
  });
});
