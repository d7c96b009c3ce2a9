import { describe, expect, it } from "vitest";
import { buildGone, readNews } from "../../../webchat/xmpp/incoming.ts";
import { parseXml } from "../../support/xml.ts";

const DOMAINS = { service: "workgroup.example.org", rooms: "conference.example.org" };
const read = (text: string) => readNews(parseXml(text), DOMAINS);

const STATUS = `<queue-status xmlns='http://jabber.org/protocol/workgroup'><time>30</time><position>2</position>
  <session xmlns='http://jivesoftware.com/protocol/workgroup' id='s1' workgroup='support@workgroup.example.org'/></queue-status>`;
const invitation = (more: { room?: string; inviter?: string; session?: string; extra?: string }) => `
  <message from='${more.room ?? "s1@conference.example.org"}' to='v1@webchat.example.org/web'>${more.extra ?? ""}
    <workgroup xmlns='http://jabber.org/protocol/workgroup' jid='support@workgroup.example.org'/>
    <session xmlns='http://jivesoftware.com/protocol/workgroup' id='${more.session ?? "s1"}'/>
    <x xmlns='http://jabber.org/protocol/muc#user'>
      <invite from='${more.inviter ?? "support@workgroup.example.org"}'><reason>Come</reason></invite></x>
  </message>`;

describe("news of the queue", () => {
  it("come from the workgroup", () => {
    const from = "support@workgroup.example.org";
    expect(read(`<message from='${from}' to='v1@webchat.example.org/web'>${STATUS}</message>`)).toEqual({
      visit: "v1",
      workgroup: from,
      news: { kind: "queue", session: "s1", position: 2, waitS: 30 },
    });
  });

  it.each(["mallory@example.org/x", "v2@webchat.example.org/web", "support@workgroup.evil.example"])(
    "from %s are none",
    (from) => {
      expect(read(`<message from='${from}' to='v1@webchat.example.org/web'>${STATUS}</message>`)).toBeNull();
    },
  );

  it("that came back as an error are none", () => {
    const from = "support@workgroup.example.org";
    expect(read(`<message type='error' from='${from}' to='v1@webchat.example.org/web'>${STATUS}</message>`)).toBeNull();
  });

  it("go back with what they were about when nobody is here", () => {
    const to = "v1@webchat.example.org/web";
    const gone = buildGone(
      parseXml(`<message id='m1' from='support@workgroup.example.org' to='${to}'>${STATUS}</message>`),
    );
    expect(gone.attrs).toEqual({ type: "error", id: "m1", from: to, to: "support@workgroup.example.org" });
    expect(gone.getChild("queue-status", "http://jabber.org/protocol/workgroup")).toBeDefined();
    expect(gone.getChild("error")?.getChild("recipient-unavailable")).toBeDefined();
  });
});

describe("an invitation", () => {
  it("of the workgroup into its session's room counts", () => {
    expect(read(invitation({}))).toEqual({
      visit: "v1",
      workgroup: "support@workgroup.example.org",
      news: { kind: "invited", session: "s1", room: "s1@conference.example.org" },
    });
  });

  it.each([
    ["from a room elsewhere", { room: "s1@conference.evil.example" }],
    ["from a seat instead of a room", { room: "s1@conference.example.org/Mallory" }],
    ["in a stranger's name", { inviter: "mallory@example.org" }],
    ["into a room that is not the session's", { session: "s2" }],
    ["meant for an agent", { extra: "<offer xmlns='http://jabber.org/protocol/workgroup' jid='x@y'/>" }],
  ])("%s is none", (_, more) => {
    expect(read(invitation(more))).toBeNull();
  });
});
