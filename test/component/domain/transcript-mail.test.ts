import { describe, expect, it } from "vitest";
import { composeTranscript } from "../../../component/domain/transcript-mail.ts";

const AT = Date.UTC(2026, 0, 5, 10, 1);
const settings = { fromName: "Shop", subject: "Your chat", text: "Thank you.\nBye & <br>", copies: [] };

describe("a transcript as an e-mail", () => {
  it("has what the operator says above it, and each line with its time and who said it", () => {
    const lines = [
      { nick: "Dana", text: "Why?", at: AT },
      { nick: "Anna", text: "Because\nit is so", at: AT + 60_000 },
    ];
    const mail = composeTranscript({ title: "Support", settings, lines, left: false });
    expect(mail).toEqual({
      fromName: "Shop",
      subject: "Your chat",
      text: "Thank you.\nBye & <br>\n\n[2026-01-05 10:01 UTC] Dana: Why?\n[2026-01-05 10:02 UTC] Anna: Because\n    it is so\n",
      html: [
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>',
        "<p>Thank you.<br>\nBye &amp; &lt;br&gt;</p>",
        "",
        "<table><tr><td>2026-01-05 10:01 UTC</td><td>Dana</td><td>Why?</td></tr>",
        "<tr><td>2026-01-05 10:02 UTC</td><td>Anna</td><td>Because<br>",
        "it is so</td></tr>",
        "</table>",
        "</body></html>",
      ].join("\n"),
    });
  });

  it("speaks for itself where the operator says nothing, and says when something is left out", () => {
    const mail = composeTranscript({ title: "Support", settings: undefined, lines: [], left: true });
    expect(mail).toMatchObject({ fromName: "Support", subject: "Your chat with Support" });
    expect(mail.text).toBe("This is what was said in your chat with Support.\n\nEarlier lines are left out.\n\n");
    expect(mail.html).toContain("<p>Earlier lines are left out.</p>");
  });

  it.each([
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</td></table><h1>x",
    "&lt;script&gt;",
    "<!-- x",
  ])("never takes %s for markup, in a line or in a name", (text) => {
    const { html } = composeTranscript({
      title: text,
      settings: undefined,
      lines: [{ nick: text, text, at: AT }],
      left: false,
    });
    const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    const ours = /^<(!DOCTYPE html|\/?html|\/?head|meta charset="utf-8"|\/?body|\/?p|\/?table|\/?tr|\/?td|br)>$/;
    expect(tags.filter((tag) => !ours.test(tag))).toEqual([]);
    expect(html).not.toContain("<script");
  });

  it("has no line breaks in names and subjects", () => {
    const evil = "x\r\nBcc: y\u2028z";
    const lines = [{ nick: evil, text: "t", at: AT }];
    const mail = composeTranscript({ title: evil, settings: undefined, lines, left: false });
    expect(mail.fromName).toBe("x Bcc: y z");
    expect(mail.subject).toBe("Your chat with x Bcc: y z");
    expect(mail.text).toContain("] x Bcc: y z: t");
  });
});
