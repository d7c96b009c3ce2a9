/** What becomes of lines, between the room and the visitor's pages. */
import { describe, expect, it, vi } from "vitest";
import { buildReplace } from "../../../protocol/line-changes.ts";
import { NS_CORRECT, NS_MARKERS, NS_RECEIPTS, NS_RETRACT } from "../../../protocol/ns.ts";
import type { LineChange } from "../../../protocol/visitor-api.ts";
import { child, type Element, xml } from "../../../protocol/xml.ts";
import { createTypingWatch } from "../../../webchat/xmpp/typing-watch.ts";
import { eventually } from "../../support/inbox.ts";
import type { VisitorSocket } from "../../support/visitor-socket.ts";
import { startGateway } from "../gateway.ts";

const QUICK = { tuning: { reflectionMs: 40 } };
const changes = (socket: VisitorSocket): LineChange[] =>
  socket.inbox.all.flatMap((frame) => (frame.kind === "lines" ? (frame.changes ?? []) : []));
const change = (socket: VisitorSocket, what: LineChange["change"]): Promise<LineChange> =>
  socket.inbox.until(`a change: ${what}`, () => changes(socket).find((one) => one.change === what));
const retract = (of: string) => xml("retract", { xmlns: NS_RETRACT, id: of });
const marker = (of: string) => xml("displayed", { xmlns: NS_MARKERS, id: of });
const sentTo = (sent: readonly Element[], name: string, ns: string) =>
  sent.flatMap((one) => (one.name === "message" && child(one, name, ns) ? [one] : []));

describe("a line that an agent changes", () => {
  it("is told to every page with what says whose both are, after the line and in the room's order", async () => {
    const { talk, connect, room } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "It costs 39 €.");
    const line = await dana.line("It costs 39 €.");
    room("s1").say("Anna", "It costs 3,90 €.", buildReplace(line.ref ?? ""));
    const edited = await change(dana, "edited");
    expect(edited).toMatchObject({ of: line.ref, by: line.by, from: line.from, text: "It costs 3,90 €.", id: "a2" });
    room("s1").say("Anna", "/me has taken …", retract(line.id));
    expect(await change(dana, "gone")).toMatchObject({ of: line.id, by: line.by, text: "", id: "a3" });
    room("s1").say("Anna", "Anything else?");
    // A page that comes later reads the same from the archive.
    const back = await connect({ token: dana.token ?? "" });
    await back.line("Anything else?");
    expect(back.lines.map(({ text }) => text)).toEqual(["It costs 39 €.", "Anything else?"]);
    expect(changes(back).map(({ change: what, of }) => [what, of])).toEqual([
      ["edited", line.ref],
      ["gone", line.id],
    ]);
    const frames = back.inbox.all.filter((frame) => frame.kind === "lines");
    expect(frames.map(({ complete }) => complete)).toEqual([...frames.slice(1).map(() => false), true]);
    expect(frames.map(({ reset }) => reset)).toEqual([true, ...frames.slice(1).map(() => false)]);
  });

  it("bears that agent's mark and no other's, whatever name the other took", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "Hello");
    const line = await dana.line("Hello");
    room("s1").enter("Ben");
    room("s1").say("Ben", "Anna is a thief", buildReplace(line.ref ?? ""));
    expect((await change(dana, "edited")).by).not.toBe(line.by);
    room("s1").say("Support", "from the workgroup", buildReplace(line.ref ?? ""));
    expect((await dana.line("from the workgroup")).from.kind).toBe("service");
  });

  it("counts as unchanged as long as the room has not archived the change", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "Hello");
    const line = await dana.line("Hello");
    room("s1").broken = true;
    room("s1").say("Anna", "…", retract(line.id));
    room("s1").broken = false;
    room("s1").say("Anna", "Next");
    await dana.line("Next");
    expect(changes(dana)).toEqual([]);
  });
});

describe("a line that the visitor changes", () => {
  it("is corrected by its own id, with all that a line bears", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    const key = dana.say("Helo");
    await dana.line("Helo");
    dana.send({ kind: "say", key: "change-0001", text: "Hello", of: key });
    expect(await change(dana, "edited")).toMatchObject({ key: "change-0001", of: key, from: { kind: "self" } });
    const [correction] = sentTo(link.sent, "replace", NS_CORRECT);
    expect(correction?.attrs).toMatchObject({ type: "groupchat", id: "change-0001", to: room("s1").address });
    expect(child(correction ?? xml("x"), "replace", NS_CORRECT)?.attrs.id).toBe(key);
    expect(child(correction ?? xml("x"), "markable", NS_MARKERS)).toBeDefined();
  });

  it("is taken back by the room's id of it", async () => {
    const { talk, link } = await startGateway();
    const dana = await talk();
    dana.say("secret");
    const { id } = await dana.line("secret");
    dana.send({ kind: "say", key: "change-0001", text: "", of: id });
    expect(await change(dana, "gone")).toMatchObject({ key: "change-0001", of: id, from: { kind: "self" } });
    const [retraction] = sentTo(link.sent, "retract", NS_RETRACT);
    expect(retraction?.getChildText("body")).toContain("has taken an earlier message back");
  });

  it("is changed once: on its way over a new connection, its reflection lost, said again", async () => {
    const { talk, connect, room } = await startGateway(QUICK);
    const dana = await talk();
    const key = dana.say("Helo");
    await dana.line("Helo");
    room("s1").mute = true;
    const said = { kind: "say", key: "change-0001", text: "Hello", of: key } as const;
    dana.send(said);
    await eventually("the room to have it", async () => room("s1").archive.length === 2);
    dana.vanish();
    const back = await connect({ token: dana.token ?? "", session: "s1", after: "a1" });
    back.send(said);
    expect((await change(back, "edited")).key).toBe("change-0001");
    back.send(said);
    await eventually("it to be told again", async () => changes(back).length > 1);
    expect(room("s1").heard).toEqual(["Helo", "Hello"]);
  });

  it("is refused an empty text that is no text, and a line that is not named", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    for (const [key, text, of] of [
      ["change-0001", " \n", "a1"],
      ["change-0002", "Hello", ""],
      ["change-0003", "", ""],
    ] as const) {
      dana.send({ kind: "say", key, text, of });
      const refusal = await dana.inbox.first(
        "the refusal",
        (frame) => frame.kind === "refused" && frame.key === key && frame,
      );
      expect(refusal).toMatchObject({ code: "bad-frame" });
    }
    expect(room("s1").heard).toEqual([]);
  });
});

describe("who has read what", () => {
  it("is told to the room once for each newest line, and after a break", async () => {
    const { talk, connect, room, link } = await startGateway();
    const dana = await talk();
    room("s1").say("Anna", "Hello");
    const { id } = await dana.line("Hello");
    const marks = () =>
      sentTo(link.sent, "displayed", NS_MARKERS).map((one) => child(one, "displayed", NS_MARKERS)?.attrs.id);
    dana.send({ kind: "seen", id });
    await eventually("the marker", async () => marks().length === 1);
    const second = await connect({ token: dana.token ?? "" });
    second.send({ kind: "seen", id });
    link.setOnline(false);
    dana.send({ kind: "seen", id: "a2" });
    dana.send({ kind: "ping" });
    await dana.frame("pong");
    link.setOnline(true);
    await eventually("the second marker", async () => marks().length === 2);
    expect(marks()).toEqual([id, "a2"]);
  });

  it("is told to the page when an agent says it, and of nobody else", async () => {
    const { talk, room } = await startGateway();
    const dana = await talk();
    dana.say("Hello?");
    const own = await dana.line("Hello?");
    room("s1").say("Support", "", marker(own.id));
    room("s1").say("Dana", "", marker(own.id));
    room("s1").say("Anna", "", marker(own.id));
    expect(await change(dana, "read")).toMatchObject({ of: own.id, from: { kind: "agent", name: "Anna" } });
    expect(changes(dana)).toHaveLength(1);
  });

  it("or has got what, by a receipt said to the visitor alone", async () => {
    const { talk, room, link } = await startGateway();
    const dana = await talk();
    const key = dana.say("Hello?");
    await dana.line("Hello?");
    const { attrs } = link.sent.findLast((one) => one.getChildText("body") === "Hello?") ?? xml("x");
    link.receive(
      xml(
        "message",
        { type: "chat", from: `${room("s1").address}/Anna`, to: String(attrs.from) },
        xml("received", { xmlns: NS_RECEIPTS, id: key }),
      ),
    );
    expect(await change(dana, "delivered")).toMatchObject({ id: "", of: key });
  });

  it("is acknowledged to an agent who asks, when a page has the line and not before", async () => {
    const { talk, connect, room, link, gateway } = await startGateway();
    const dana = await talk();
    dana.vanish();
    await eventually("the page to be gone", async () => gateway.pages === 0);
    const receipts = () => sentTo(link.sent, "received", NS_RECEIPTS);
    room("s1").say("Anna", "Are you there?", xml("request", { xmlns: NS_RECEIPTS }));
    expect(receipts()).toEqual([]);
    const back = await connect({ token: dana.token ?? "" });
    await back.line("Are you there?");
    await eventually("the receipt", async () => receipts().length === 1);
    expect(receipts()[0]?.attrs).toMatchObject({ type: "chat", to: `${room("s1").address}/Anna` });
  });
});

describe("an agent whose client vanished while typing", () => {
  it("is not typing for ever", () => {
    vi.useFakeTimers();
    const told: [string, boolean][] = [];
    const watch = createTypingWatch((...one) => void told.push(one), 1_000);
    watch.heard("Anna", true);
    watch.heard("Anna", true);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([["Anna", true]]);
    vi.advanceTimersByTime(1);
    watch.heard("Anna", false);
    watch.heard("Ben", true);
    watch.stop();
    expect(told).toEqual([
      ["Anna", true],
      ["Anna", false],
      ["Ben", true],
      ["Ben", false],
    ]);
    vi.useRealTimers();
  });
});
