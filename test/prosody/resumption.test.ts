/** A client over TCP whose connection broke in the middle of a stanza, on a real Prosody. */
import { client, xml } from "@xmpp/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChatServer, startChatServer } from "../agent-ui/support/prosody.ts";

let server: ChatServer;
beforeAll(async () => {
  server = await startChatServer();
});
afterAll(() => server?.stop());

it("is resumed, and what it says then is no part of what it had half said", async () => {
  const entity = client({ service: server.tcp, domain: "localhost", username: "anna", password: "secret" });
  entity.on("error", () => undefined);
  let resumed = 0;
  entity.streamManagement.on("resumed", () => (resumed += 1));
  const enabled = new Promise<void>((done) => {
    entity.on("nonza", (element) => element.is("enabled", "urn:xmpp:sm:3") && done());
  });
  await entity.start();
  await enabled;
  server.wire.tear(Buffer.from("<message to='localhost'><body>half a li"));
  await expect.poll(() => resumed, { timeout: 15_000 }).toBe(1);
  const ping = entity.iqCaller.request(
    xml("iq", { type: "get", to: "localhost" }, xml("ping", "urn:xmpp:ping")),
    10_000,
  );
  expect((await ping).attrs.type).toBe("result");
  await entity.stop();
});
