import { describe, expect, it } from "vitest";
import { backoffMs } from "../../../agent-ui/xmpp/backoff.ts";
import { createRequests } from "../../../agent-ui/xmpp/requests.ts";
import { parseXml } from "../../support/xml.ts";

describe("the answer to a request", () => {
  const requests = createRequests("anna@localhost");
  const result = (id: string, from: string | null, inside = "<x xmlns='urn:x'/>") =>
    requests.settle(parseXml(`<iq type='result' id='${id}' ${from === null ? "" : `from='${from}'`}>${inside}</iq>`));

  it("counts from whom we asked, and from nobody else who knows the id", async () => {
    const { id, answer } = requests.expect("support@workgroup.localhost", 60_000);
    result(id, "evil@elsewhere.example", "<x xmlns='urn:evil'/>");
    result("other", "support@workgroup.localhost", "<x xmlns='urn:evil'/>");
    result(id, "support@workgroup.localhost");
    expect((await answer)?.getNS()).toBe("urn:x");
  });

  it("may come without an address when it is our own server's for us", async () => {
    const { id, answer } = requests.expect("anna@localhost", 60_000);
    result(id, null);
    expect(await answer).toBeDefined();
  });

  it("fails with the peer's word, or when the link is gone", async () => {
    const refused = requests.expect("a@b", 60_000);
    requests.settle(
      parseXml(
        `<iq type='error' id='${refused.id}' from='a@b'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      ),
    );
    await expect(refused.answer).rejects.toMatchObject({ condition: "item-not-found" });
    const lost = requests.expect("a@b", 60_000);
    requests.failAll();
    await expect(lost.answer).rejects.toMatchObject({ type: "wait" });
  });
});

describe("the time before the next try", () => {
  it("grows from a second to ten, at random over the whole", () => {
    expect([0, 1, 2, 3, 10, 100].map((attempt) => backoffMs(attempt, 0.999))).toEqual([
      1199, 2198, 4196, 8192, 10_190, 10_190,
    ]);
    expect(backoffMs(5, 0)).toBe(200);
  });
});
