/** XML from the server, which may carry what any client wrote, and XML that we write from what anybody said. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { buildRoomLine } from "../../protocol/room-message.ts";
import { attr, legalText, xml } from "../../protocol/xml.ts";
import { openComponentStream, type StreamEnd } from "../../runtime/xmpp/component-stream.ts";
import { serialise } from "../../runtime/xmpp/outgoing.ts";
import { type FakeServer, startFakeServer } from "../support/fake-component-server.ts";
import { parseXml } from "../support/xml.ts";
import { fuzz, text } from "./fuzzing.ts";

const SECRET = "secret";

describe("what we write", () => {
  fuzz(
    "is one element, whatever is said: it reads as it was meant",
    fc.tuple(text(), text(), text()),
    ([said, id, about]) => {
      const line = buildRoomLine({
        room: "r@conference.localhost",
        id,
        text: said,
        extra: [xml("x", { xmlns: "urn:x", about }, said)],
      });
      const read = parseXml(serialise(line, "workgroup.localhost", 1_000_000));
      expect(read.name).toBe("message");
      expect(read.getChildText("body") ?? "").toBe(legalText(said));
      expect(attr(read, "id") ?? "").toBe(legalText(id));
      const extra = read.getChild("x", "urn:x");
      expect([attr(extra ?? read, "about") ?? "", extra?.text()]).toEqual([legalText(about), legalText(said)]);
      expect(read.children.map((one) => (typeof one === "string" ? one : one.name))).not.toContain("iq");
    },
  );
});

describe("what the server sends", () => {
  let server: FakeServer;
  let accepted = 0;
  beforeAll(async () => {
    server = await startFakeServer((connection) => connection.accept(SECRET).then(() => void accepted++));
  });
  afterAll(() => server.stop());

  const pieces = fc.oneof(
    text(),
    fc.constantFrom(
      "<",
      ">",
      "/",
      "<a",
      "<a>",
      "</a>",
      "<a/>",
      " x='",
      "'",
      "<iq type='get' id='1' from='a@b/c'><q xmlns='x'/></iq>",
    ),
    fc.constantFrom(
      "<?xml version='1.0'?>",
      "<!ENTITY a '&a;&a;'>",
      "<a:b/>",
      "<stream:stream>",
      "<a ".repeat(50),
      "<d>".repeat(300),
    ),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  );
  fuzz(
    "costs at most its own stream: it ends once and in order, and nothing escapes",
    fc.array(pieces, { maxLength: 8 }),
    async (chunks) => {
      let ends = 0;
      const ended = Promise.withResolvers<StreamEnd>();
      const online = Promise.withResolvers<void>();
      const before = server.connections.length;
      const stream = openComponentStream(
        { service: server.service, domain: "workgroup.test", secret: SECRET, timeoutMs: 5_000 },
        {
          online: () => online.resolve(),
          // Whatever comes through is at most as deep as somebody reads, and can be written again.
          stanza: (stanza) => void String(stanza),
          heard: () => undefined,
          end: (end) => {
            ends += 1;
            ended.resolve(end);
          },
        },
      );
      await online.promise;
      const connection = server.connections[before];
      for (const chunk of chunks) connection?.socket.write(Buffer.from(chunk, "utf8"));
      connection?.socket.end();
      await ended.promise;
      await stream.close(100);
      expect(ends).toBe(1);
      // Thousands of connections: none is to be kept.
      connection?.socket.destroy();
    },
  );
});
