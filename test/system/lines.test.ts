/** Exactly once: a visitor goes on talking while parts are killed, and every line is there once, in order, for everybody. */
import { describe, expect, it } from "vitest";
import { bareJid } from "../../protocol/jid.ts";
import { parseRoomMessage } from "../../protocol/room-message.ts";
import type { ServerFrame } from "../../protocol/visitor-api.ts";
import { buildEndSession } from "../../protocol/workgroup/session.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import type { PlainAgent } from "../support/plain-agent.ts";
import { StubbornPage } from "../support/stubborn-page.ts";
import type { VisitorSocket } from "../support/visitor-socket.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua("offer_timeout = 20; agent_grace = 60; visitor_grace = 60; max_chats = 4;"),
  // Here nobody is too fast.
  env: { webchat: { VISITOR_GRACE_S: "30", LIMITS: "lines.visit=1000:1000,joins.address=1000:1000" } },
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Says numbered lines, multi-byte ones, while `trouble` goes on; then waits until all are settled, and compares all views. */
async function sayThrough(count: number, trouble: (page: StubbornPage) => Promise<void>): Promise<StubbornPage> {
  const { john, session } = await house.talk();
  const page = new StubbornPage(house.stack.url, john.token ?? "");
  await eventually("the page to have caught up", async () => page.lines.length > 0);
  const said = Array.from({ length: count }, (_, i) => `${i} – ünïcødé 👋`);
  const talking = (async () => {
    for (const text of said) {
      page.say(text);
      await pause(120);
    }
  })();
  await Promise.all([talking, trouble(page)]);
  await eventually("every line to be settled", async () => page.pending.size === 0);
  const own = page.lines.filter(({ key }) => key !== undefined).map(({ text }) => text);
  expect(own).toEqual(said);
  expect(page.doubled).toEqual([]);
  let kept: string[] = [];
  await eventually("the transcript", async () => {
    const { rows } = await house.db.query<{ body: string }>(
      "SELECT body FROM transcript_lines WHERE session_id = $1 AND kind = 'line' ORDER BY id",
      [session],
    );
    kept = rows.map(({ body }) => body);
    return kept.length >= count;
  });
  expect(kept).toEqual(said);
  page.stop();
  const back = await house.visitor({ token: john.token ?? "" });
  await back.line(said.at(-1) ?? "");
  expect(back.lines.filter(({ key }) => key !== undefined).map(({ text }) => text)).toEqual(said);
  back.send({ kind: "end" });
  await back.phase("ended");
  return page;
}

describe("a visitor who goes on talking", () => {
  it("while the network breaks again and again", async () => {
    const page = await sayThrough(40, async (one) => {
      for (let i = 0; i < 12; i++) {
        await pause(250);
        one.cut();
      }
    });
    expect(page.breaks).toBeGreaterThan(3);
  });

  it("while the gateway is killed twice", async () => {
    await sayThrough(40, async () => {
      for (let i = 0; i < 2; i++) {
        await pause(700);
        await house.stack.webchat.kill();
        await house.stack.webchat.start();
      }
    });
  });

  it("while Prosody is killed", async () => {
    await sayThrough(40, async () => {
      await pause(700);
      await house.stack.prosody.kill();
      await house.stack.prosody.start();
    });
  });

  it("while PostgreSQL is killed", async () => {
    await sayThrough(40, async () => {
      await pause(700);
      await house.stack.postgres?.kill();
      await house.stack.postgres?.start();
    });
  });
});

describe("talks that end while both sides go on talking, and the service is killed at that", () => {
  type Talk = { john: VisitorSocket; anna: PlainAgent; room: string; session: string; keys: string[] };

  /** Either side says a line, and the next as soon as the visitor's is settled, until the talk is over. */
  async function talkOn({ john, anna, room, keys }: Talk, n: number): Promise<void> {
    const isOver = (): boolean => john.state?.phase !== "talking";
    for (let i = 0; !isOver(); i++) {
      const key = john.say(`visitor ${n}, ${i}`);
      keys.push(key);
      void anna.say(room, `agent ${n}, ${i}`).catch(() => undefined);
      const from = john.inbox.all.length;
      await john.inbox.until("the line to be settled", () => {
        const isSettled = john.inbox.all
          .slice(from)
          .some((frame) => (frame.kind === "lines" ? frame.lines.some((one) => one.key === key) : isAbout(frame, key)));
        return isSettled || isOver() || undefined;
      });
      // The gateway reads fifty frames of a page in a second.
      await pause(15);
    }
  }

  const isAbout = (frame: ServerFrame, key: string): boolean => frame.kind === "refused" && frame.key === key;

  /** What the agent's client showed of the room, own lines too: each is archived. */
  const shown = ({ anna, room }: Talk): string[] =>
    anna.inbox.all.flatMap((stanza) => {
      const said = bareJid(stanza.attrs.from ?? "") === room ? parseRoomMessage(stanza, room) : null;
      return said?.kind === "line" && said.stanzaId !== null ? [said.text] : [];
    });

  async function transcript(session: string): Promise<string[]> {
    const { rows } = await house.db.query<{ body: string }>(
      "SELECT body FROM transcript_lines WHERE session_id = $1 AND kind = 'line' ORDER BY id",
      [session],
    );
    return rows.map(({ body }) => body);
  }

  it("every line that was shown as said is in the transcript, once and in order; the others are told that it is over", async () => {
    let late = 0;
    for (const round of [0, 1]) {
      const anna = await house.agent("anna");
      const talks: Talk[] = [];
      for (let n = 0; n < 4; n++) {
        const john = await house.visitor();
        const from = anna.inbox.all.length;
        john.join({ ...FORM, username: `Visitor ${n}` });
        const offer = await anna.offer(from);
        const room = await anna.take(offer, "Anna");
        await john.phase("talking");
        talks.push({ john, anna, room, session: offer.session, keys: [] });
      }
      const talking = talks.map(talkOn);
      await eventually("lines from everybody", async () => talks.every((one) => shown(one).length > 10));
      // Either side ends half of the talks. The service goes down as soon as the first is over, or in the middle of it.
      for (const [n, { john, session }] of talks.entries()) {
        if (n % 2 === 0) john.send({ kind: "end" });
        else void anna.request("set", SUPPORT, buildEndSession(session)).catch(() => undefined);
      }
      await eventually("the first end to be stored", async () => {
        const { rows } = await house.db.query("SELECT FROM requests WHERE id = $1 AND ended_at IS NOT NULL", [
          talks[0]?.session,
        ]);
        return rows.length > 0;
      });
      if (round > 0) await talks[round - 1]?.john.phase("ended");
      await house.stack.component.kill();
      await house.stack.component.start();
      // Whose wish to end was lost with the service wishes it again.
      const { rows: open } = await house.db.query<{ id: string }>("SELECT id FROM requests WHERE ended_at IS NULL");
      for (const { john, session } of talks) if (open.some(({ id }) => id === session)) john.send({ kind: "end" });
      for (const { john } of talks) await john.phase("ended");
      await Promise.all(talking);
      for (const talk of talks) {
        const { john, session, keys } = talk;
        const refused = new Set(
          john.inbox.all.flatMap((frame) => (frame.kind === "refused" && frame.code === "ended" ? [frame.key] : [])),
        );
        const sent = new Set(john.lines.map(({ key }) => key));
        late += refused.size;
        expect(keys.filter((key) => refused.has(key) && sent.has(key))).toEqual([]);
        expect(john.lines.filter(({ service }) => !service).map(({ text }) => text)).toEqual(shown(talk));
        expect(await transcript(session)).toEqual(shown(talk));
      }
      await anna.stop();
    }
    // Else nothing was tried.
    expect(late).toBeGreaterThan(0);
  });
});
