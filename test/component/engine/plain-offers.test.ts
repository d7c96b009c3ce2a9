import { describe, expect, it } from "vitest";
import { initialState } from "../../../component/domain/dispatcher.ts";
import type { FieldSetting, Offer, Request } from "../../../component/domain/model.ts";
import { PlainOffers } from "../../../component/engine/plain-offers.ts";
import { childText, type Element } from "../../../protocol/xml.ts";
import { settings } from "../domain/scene.ts";

const SUPPORT = "support@workgroup.example.org";
const BEN = "ben@example.org/phone";
const field: Omit<FieldSetting, "name" | "label"> = { required: true, options: [], value: "", type: "text-single" };
const desk = {
  node: "support",
  committed: initialState(
    settings({
      agents: [
        { jid: "anna@example.org", name: "Anna" },
        { jid: "ben@example.org", name: "Ben" },
      ],
      form: {
        title: "",
        instructions: "",
        fields: [
          { ...field, name: "username", label: "Your name" },
          { ...field, name: "question", label: "How can we help?" },
          { ...field, name: "order", label: "Order number" },
          { ...field, name: "secret", label: "Secret", type: "hidden" },
        ],
      },
    }),
  ),
};
const request: Request = {
  id: "r1",
  visitor: "dana@webchat.example.org/web",
  userId: "dana@webchat.example.org",
  metadata: {
    username: ["Dana"],
    question: ["Why?"],
    order: ["4411"],
    secret: ["x"],
    language: ["en"],
    subject: ["c-7"],
  },
  verified: ["username", "subject"],
  joinedAt: 0,
  rank: 1,
  deadlineAt: 99_000,
  rejections: {},
  room: "none",
  served: [],
  phase: { name: "queued" },
};
const offer: Offer = {
  id: "o1",
  agent: "ben@example.org",
  devices: [BEN],
  acknowledged: [BEN],
  failed: [],
  sentAt: 0,
  expiresAt: 20_000,
};

/** What Ben reads of an offer. */
function read(changes: Partial<Request> = {}, lang: string | null = null): string[] {
  const sent: Element[] = [];
  const offers = new PlainOffers({
    now: () => 500,
    send: (stanza) => void sent.push(stanza),
    langOf: () => lang,
    drawsForms: () => true,
  });
  offers.offer(desk, SUPPORT, { ...request, ...changes }, offer, BEN);
  return (sent[0] ? (childText(sent[0], "body") ?? "") : "").split("\n");
}

describe("an offer in words", () => {
  it("has the form's answers by their labels, and what the site vouches for; not what the page sends along", () => {
    expect(read()).toEqual([
      "New chat in Support: Dana asks: Why?",
      "Order number: 4411",
      "subject: c-7 (confirmed by the site)",
      "Will you take it? Answer “yes” or “no” (or 1, 2) within 20 s.",
    ]);
  });

  it("says who hands a chat over or asks for help, and why", () => {
    const handover = { session: "s1", owner: "support", by: "anna@example.org/desk", ignore: [], patientUntil: 0 };
    expect(read({ handover: { ...handover, kind: "transfer", reason: "knows routers" } }).slice(0, 2)).toEqual([
      "Anna would like to hand a chat over to Support: Dana asks: Why?",
      "“knows routers”",
    ]);
    expect(read({ handover: { ...handover, kind: "invite", reason: "" } }, "de")[0]).toBe(
      "Anna bittet um Hilfe in einem Chat: Dana fragt: Why?",
    );
    // Somebody of another workgroup, by address.
    expect(read({ handover: { ...handover, by: "eve@example.org/x", kind: "invite", reason: "" } })[0]).toBe(
      "eve@example.org asks for help in a chat: Dana asks: Why?",
    );
  });

  it("is short, however much was answered", () => {
    const long = read({ metadata: { username: ["Dana"], order: ["4".repeat(4_000)] } });
    expect(long[1]).toBe(`Order number: ${"4".repeat(300)} …`);
    expect(long.join("\n").length).toBeLessThan(600);
    expect(read({ metadata: {} })[0]).toBe("New chat in Support: Visitor");
  });
});
