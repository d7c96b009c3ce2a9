/** Exactly once: a visitor goes on talking while parts are killed, and every line is there once, in order, for everybody. */
import { describe, expect, it } from "vitest";
import { useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { StubbornPage } from "../support/stubborn-page.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua("offer_timeout = 20; agent_grace = 60; visitor_grace = 60; max_chats = 4;"),
  env: { webchat: { VISITOR_GRACE_S: "30" } },
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
