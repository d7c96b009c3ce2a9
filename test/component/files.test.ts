import { describe, expect, it } from "vitest";
import { eraseFiles } from "../../component/files.ts";
import { slotOf } from "../../protocol/file-erasure.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { elements } from "../../protocol/xml.ts";
import { silentLog } from "../../runtime/log.ts";
import { createFakeLink } from "../support/fake-link.ts";

function world(answer: () => Promise<undefined> = async () => undefined) {
  const link = createFakeLink();
  link.answer = answer;
  const warned: string[] = [];
  const log = { ...silentLog, warn: (phrase: string) => void warned.push(phrase) };
  const erase = (slots: string[], uploaders: string[] = []) =>
    eraseFiles({ slots, uploaders }, { link, domain: "example.org", log });
  return { link, warned, erase };
}
const refusal = (type: "wait" | "cancel", condition: string) => () => Promise.reject(new StanzaError(type, condition));

describe("files that are to go", () => {
  it("are named to the server's store, by slot and by who sent them, so many at a time", async () => {
    const { link, erase } = world();
    await erase(
      Array.from({ length: 600 }, (_, i) => `s${i}`),
      ["v1@webchat.example.org"],
    );
    expect(link.requests.map(({ from, to, type }) => [from, to, type])).toEqual(
      Array(2).fill(["workgroup.example.org", "files.example.org", "set"]),
    );
    const named = link.requests.flatMap(({ payload }) => elements(payload).map(({ attrs }) => attrs.slot ?? attrs.jid));
    expect(named).toHaveLength(601);
    expect([named[0], named[600]]).toEqual(["s0", "v1@webchat.example.org"]);
  });

  it("are all that a visitor on a page sent, and not all of an account", async () => {
    const { link, erase } = world();
    await erase([], ["v1@webchat.example.org", "eve@example.org", "eve@evil.example", "eve@notexample.org"]);
    const named = link.requests.flatMap(({ payload }) => elements(payload).map(({ attrs }) => attrs.jid));
    expect(named).toEqual(["v1@webchat.example.org"]);
  });

  it("are told to be there still when the server cannot erase them now", async () => {
    const wait = { type: "wait", condition: "internal-server-error" };
    await expect(world(refusal("wait", "internal-server-error")).erase(["s1"])).rejects.toMatchObject(wait);
    await expect(world(refusal("wait", "remote-server-timeout")).erase(["s1"])).rejects.toMatchObject(wait);
    const { link, erase } = world();
    link.setOnline(false);
    await expect(erase(["s1"])).rejects.toMatchObject(wait);
  });

  it("are no hindrance where the server has no such store", async () => {
    const { warned, erase } = world(refusal("cancel", "service-unavailable"));
    await erase(["s1"]);
    expect(warned).toHaveLength(1);
  });
});

describe("the slot of a file", () => {
  it.each([
    ["https://chat.example/files/061af658-671c/a%20b.png", "061af658-671c"],
    ["http://localhost:8080/files/abc_1/x", "abc_1"],
    ["https://chat.example/under/files/abc/x", "abc"],
  ])("is in its address: %s", (url, slot) => expect(slotOf(url)).toBe(slot));

  it.each([
    "https://chat.example/files/abc",
    "/files/abc/x",
    "https://x.example/?/files/abc/x",
    "files",
    "",
    "https://x/files/../x",
  ])("is not in %j", (url) => expect(slotOf(url)).toBeUndefined());
});
