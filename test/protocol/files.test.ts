import { describe, expect, it } from "vitest";
import { cleanFileName, isImage, typeOfName } from "../../protocol/file-kinds.ts";
import { parseRoomMessage } from "../../protocol/room-message.ts";
import { buildSharedFile, parseSharedFile, type SharedFile } from "../../protocol/shared-file.ts";
import { buildSlotRequest, parseSlot, type WantedSlot } from "../../protocol/upload-slot.ts";
import { buildTranscript, parseTranscript } from "../../protocol/workgroup/transcript.ts";
import { buildHistory, parseHistory } from "../../protocol/workgroup/visit.ts";
import { elements, xml } from "../../protocol/xml.ts";
import { golden, parseXml, shape } from "../support/xml.ts";

const ROOM = "k3x9qa41@conference.example.org";

describe("a file in a line", () => {
  it.each(["room-line-file", "room-line-file-plain"])("%s is read as in the golden pair", (name) => {
    const { element, value } = golden(name);
    expect(parseRoomMessage(element, ROOM)).toEqual(value);
  });

  it("is written as in the golden pair", () => {
    const { element, value } = golden<{ file: SharedFile }>("room-line-file");
    const [, oob, sharing] = elements(element);
    expect(buildSharedFile(value.file).map(shape)).toEqual([oob, sharing].map((el) => el && shape(el)));
  });

  it.each([
    ["another text than the address", "look: https://a.example/x.png", "https://a.example/x.png"],
    ["an address that no browser should open", "javascript:alert(1)", "javascript:alert(1)"],
    ["no address", "x.png", "x.png"],
  ])("is none with %s", (_, text, url) => {
    const line = xml("message", {}, xml("x", { xmlns: "jabber:x:oob" }, xml("url", {}, url)));
    expect(parseSharedFile(line, text)).toBeUndefined();
  });

  it("has a name of its own where nobody gave it one, and no size that is none", () => {
    const url = "https://a.example/%ff%zz";
    const file = `<file xmlns='urn:xmpp:file:metadata:0'><size>many</size><media-type>text/html; x</media-type></file>`;
    const line = parseXml(
      `<message><x xmlns='jabber:x:oob'><url>${url}</url></x><file-sharing xmlns='urn:xmpp:sfs:0'>${file}</file-sharing></message>`,
    );
    expect(parseSharedFile(line, url)).toEqual({ url, name: "%ff%zz" });
  });

  it("stands in a visitor's history and in a transcript", () => {
    const history = golden<ReturnType<typeof parseHistory>>("visit-history-file");
    expect(parseHistory(history.element)).toEqual(history.value);
    expect(shape(buildHistory(history.value.lines, true))).toEqual(shape(history.element));
    const transcript = golden<Parameters<typeof buildTranscript>[0]>("transcript-file");
    expect(parseTranscript(transcript.element)).toEqual(transcript.value.entries);
    expect(shape(buildTranscript(transcript.value))).toEqual(shape(transcript.element));
  });
});

describe("a place for a file", () => {
  it("is asked for and given as in the golden pairs", () => {
    const { element, value } = golden<WantedSlot>("upload-request");
    expect(shape(buildSlotRequest(value))).toEqual(shape(element));
    const slot = golden("upload-slot");
    expect(parseSlot(slot.element)).toEqual(slot.value);
    expect(parseSlot(xml("slot", { xmlns: "urn:xmpp:http:upload:0" }))).toBeNull();
  });
});

describe("a file's name", () => {
  it.each([
    ["photo.png", "image/png", "photo.png"],
    ["Foto.PNG", "image/png", "Foto.PNG"],
    ["C:\\Users\\dana\\photo.jpeg", "image/jpeg", "photo.jpeg"],
    ["../../etc/passwd", "text/plain", "passwd.txt"],
    ["..", "image/gif", "file.gif"],
    ["", "application/pdf", "file.pdf"],
    ["a\r\nSet-Cookie: x=1.txt", "text/plain", "a Set-Cookie: x=1.txt"],
    ["invoice\u202Efdp.exe", "application/pdf", "invoicefdp.exe.pdf"],
    ["a\u0000.png", "image/png", "a.png"],
    ["page.html", "image/png", "page.html.png"],
    [".htaccess", "text/plain", "htaccess.txt"],
    ["שלום.pdf", "application/pdf", "שלום.pdf"],
    ["👋👋.webp", "image/webp", "👋👋.webp"],
  ])("%j of %s becomes %j", (name, type, clean) => {
    expect(cleanFileName(name, type)).toBe(clean);
  });

  it("is never longer than a hundred characters, and keeps its ending", () => {
    const name = cleanFileName(`${"ü".repeat(300)}.pdf`, "application/pdf");
    expect([...name]).toHaveLength(100);
    expect(name.endsWith(".pdf")).toBe(true);
  });

  it("tells the type only where it is one that is taken", () => {
    expect([typeOfName("a.JPG"), typeOfName("a.svg"), typeOfName("png")]).toEqual(["image/jpeg", undefined, undefined]);
    expect([isImage("image/png"), isImage("image/svg+xml"), isImage(undefined)]).toEqual([true, false, false]);
  });
});
