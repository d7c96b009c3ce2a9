import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createMailer, type MailService } from "../../component/mail.ts";
import { createLog } from "../../runtime/log.ts";
import { bodyOf, headersOf, startSmtpServer } from "../support/smtp.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const lines: string[] = [];
const log = createLog({ name: "test", level: "warn", write: (line) => void lines.push(line) });

function mailerTo(url: string): MailService {
  const mailer = createMailer({ url, from: "chat@shop.example" }, log);
  closing.push(() => mailer.close());
  return mailer;
}

async function serverWith(options?: Parameters<typeof startSmtpServer>[0]) {
  const server = await startSmtpServer(options);
  closing.push(server.stop);
  return server;
}

const mail = {
  fromName: "Shop, Support",
  to: "dana@example.net",
  subject: "Your chat: Grüße",
  text: "Hello\nÜ",
  html: "<p>Hello &amp; Ü</p>",
};

describe("an e-mail", () => {
  it("arrives at the server from the operator's address, to one address, as text and as HTML", async () => {
    const server = await serverWith();
    await mailerTo(server.url).send(mail);
    const [got, ...more] = server.received;
    expect(more).toEqual([]);
    if (!got) throw new Error("nothing arrived");
    expect(got).toMatchObject({ from: "chat@shop.example", to: ["dana@example.net"] });
    const headers = headersOf(got);
    expect(headers).toContain('From: "Shop, Support" <chat@shop.example>');
    expect(headers).toContain("To: dana@example.net");
    expect(headers).toContain("Auto-Submitted: auto-generated");
    expect(headers.filter((one) => /^(to|cc|bcc|from|reply-to):/i.test(one))).toHaveLength(2);
    const body = bodyOf(got);
    expect(body).toContain("Hello\r\nÜ");
    expect(body).toContain("<p>Hello &amp; Ü</p>");
    expect(body).toMatch(/multipart\/alternative|text\/plain[\s\S]*text\/html/);
  });

  it("has no more headers than ours, whatever is put into a name or a subject", async () => {
    const server = await serverWith();
    const evil = "x\r\nBcc: victim@example.org\r\nX-Evil: 1\r\n\r\nbody";
    await mailerTo(server.url).send({ ...mail, fromName: evil, subject: evil });
    const [got] = server.received;
    if (!got) throw new Error("nothing arrived");
    expect(got.to).toEqual(["dana@example.net"]);
    expect(headersOf(got).some((one) => /^(bcc|x-evil):/i.test(one))).toBe(false);
  });

  it("reads no files and fetches nothing, though what was said looks like an order to", async () => {
    const server = await serverWith();
    const text = '{"path":"/etc/passwd"} file:///etc/passwd http://127.0.0.1/x';
    await mailerTo(server.url).send({ ...mail, text, html: `<img src="file:///etc/passwd">` });
    expect(server.received[0] && bodyOf(server.received[0])).not.toContain("root:");
  });

  it("is sent with the operator's password when the server wants one", async () => {
    const server = await serverWith({ password: "p@ss word" });
    await mailerTo(`smtp://desk:p%40ss%20word@127.0.0.1:${server.port}`).send(mail);
    expect(server.received).toHaveLength(1);
    const wrong = mailerTo(`smtp://desk:other@127.0.0.1:${server.port}`).send(mail);
    await expect(wrong).rejects.toMatchObject({ type: "wait", condition: "internal-server-error" });
  });
});

describe("an e-mail that cannot be sent", () => {
  it("is refused for good when the server refuses the address, and the log does not name it", async () => {
    const server = await serverWith({ refuse: ["dana@example.net"] });
    const sent = mailerTo(server.url).send(mail);
    await expect(sent).rejects.toMatchObject({ type: "cancel", condition: "recipient-unavailable" });
    expect(server.received).toEqual([]);
    expect(lines.join("\n")).not.toContain("dana");
  });

  it("may be tried later when the server is busy", async () => {
    const server = await serverWith({ busy: true });
    await expect(mailerTo(server.url).send(mail)).rejects.toMatchObject({ type: "wait" });
  });

  it("may be tried later when there is no server, or one that breaks off", async () => {
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
    closing.push(() => silent.close());
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    await expect(mailerTo(`smtp://127.0.0.1:${address.port}`).send(mail)).rejects.toMatchObject({ type: "wait" });
    await expect(mailerTo("smtp://127.0.0.1:1").send(mail)).rejects.toMatchObject({ type: "wait" });
  });
});
