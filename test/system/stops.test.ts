/** What stops comes back, and nothing is lost: each part killed in the middle of things. */
import { describe, expect, it } from "vitest";
import { NS_WORKGROUP } from "../../protocol/ns.ts";
import { parseOffer } from "../../protocol/workgroup/offer.ts";
import { buildSessionsRequest, parseSessions } from "../../protocol/workgroup/session.ts";
import { child, type Element } from "../../protocol/xml.ts";
import { FORM, SUPPORT, useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { workgroupsLua } from "../support/workgroups.ts";

const house = useHouse({
  workgroups: workgroupsLua("offer_timeout = 20; agent_grace = 5; visitor_grace = 20; max_chats = 4;"),
  env: { webchat: { VISITOR_GRACE_S: "20" } },
});
const { agent, visitor, talk } = house;

const bodies = async (session: string): Promise<string[]> => {
  const { rows } = await house.db.query<{ body: string }>(
    "SELECT body FROM transcript_lines WHERE session_id = $1 AND kind = 'line' ORDER BY id",
    [session],
  );
  return rows.map(({ body }) => body);
};

const isOffer = (stanza: Element, session: string): boolean => {
  // An agent's invitation bears an element of the same name.
  const offer = stanza.is("iq") ? child(stanza, "offer", NS_WORKGROUP) : undefined;
  return offer !== undefined && parseOffer(offer).session === session;
};

describe("the component is killed", () => {
  it("while visitors wait: the queue and its order are as they were", async () => {
    const anna = await agent("anna");
    const visitors = [await visitor(), await visitor(), await visitor()];
    for (const [index, one] of visitors.entries()) {
      one.join({ ...FORM, username: `Visitor ${index + 1}` });
      await one.phase("waiting");
    }
    await anna.offer();
    const before = anna.inbox.all.length;
    await house.stack.component.kill();
    await house.stack.component.start();
    const names: (string | undefined)[] = [];
    for (let from = before; names.length < visitors.length; ) {
      const offer = await anna.offer(from);
      from = anna.inbox.all.findLastIndex((stanza) => isOffer(stanza, offer.session)) + 1;
      names.push(offer.metadata.username?.[0]);
      await anna.take(offer, "Anna");
    }
    expect(names).toEqual(["Visitor 1", "Visitor 2", "Visitor 3"]);
    for (const one of visitors) {
      await one.phase("talking");
      one.send({ kind: "end" });
      await one.phase("ended");
    }
  });

  it("while an offer stands: it is made again, and no agent keeps a ghost", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    const first = await anna.offer();
    const before = anna.inbox.all.length;
    await house.stack.component.kill();
    await house.stack.component.start();
    // Nobody signed in again: the service found the agent's client by itself.
    const again = await anna.offer(before);
    expect(again.session).toBe(first.session);
    await anna.take(again, "Anna");
    await john.phase("talking");
    john.send({ kind: "end" });
    await john.phase("ended");
    const { rows } = await house.db.query("SELECT outcome FROM offers WHERE request_id = $1 ORDER BY sent_at", [
      first.session,
    ]);
    expect(rows).toEqual([{ outcome: "withdrawn" }, { outcome: "accepted" }]);
  });

  it("when an agent has accepted: that agent is called to the room, and nobody is asked anew", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    const offer = await anna.offer();
    await anna.answer(offer, true);
    await house.stack.component.kill();
    await house.stack.component.start();
    await eventually("the room to be open", async () => {
      const { rows } = await house.db.query("SELECT room FROM requests WHERE id = $1", [offer.session]);
      return rows[0].room === "open";
    });
    const room = await anna.invitation(offer.session);
    await anna.enter(room, "Anna");
    await john.phase("talking");
    await anna.say(room, "Here I am");
    await john.line("Here I am");
    expect(john.lines.filter(({ service }) => service === "question")).toHaveLength(1);
    john.send({ kind: "end" });
    await john.phase("ended");
    const { rows } = await house.db.query("SELECT outcome FROM offers WHERE request_id = $1", [offer.session]);
    expect(rows).toEqual([{ outcome: "accepted" }]);
  });

  it("while people talk: they go on talking, and the transcript has every line in order", async () => {
    const { john, anna, room, session } = await talk();
    john.say("before");
    await anna.hear(room, "before");
    await house.stack.component.kill();
    for (const text of ["while away 1", "while away 2"]) {
      john.say(text);
      await anna.hear(room, text);
    }
    await anna.say(room, "while away 3");
    await john.line("while away 3");
    await house.stack.component.start();
    john.say("after");
    await anna.hear(room, "after");
    await eventually("the session to be the agent's own again", async () => {
      const answer = await anna.request("get", SUPPORT, buildSessionsRequest());
      return answer && parseSessions(answer).some((one) => one.session === session);
    });
    john.send({ kind: "end" });
    await john.phase("ended");
    await eventually("the transcript", async () => (await bodies(session)).length >= 5);
    expect(await bodies(session)).toEqual(["before", "while away 1", "while away 2", "while away 3", "after"]);
  });
});

describe("the gateway is killed", () => {
  it("while people talk: the page comes back to the same conversation, without the agent seeing anybody leave", async () => {
    const { john, anna, room } = await talk();
    john.say("before");
    await anna.hear(room, "before");
    await house.stack.webchat.kill();
    await house.stack.webchat.start();
    await anna.say(room, "still here");
    const back = await visitor({ token: john.token ?? "" });
    await back.phase("talking");
    await back.line("still here");
    expect(back.lines.map(({ text }) => text)).toEqual(["My router is offline", "before", "still here"]);
    const key = back.say("back again");
    await anna.hear(room, "back again");
    expect((await back.line("back again")).key).toBe(key);
    back.send({ kind: "end" });
    await back.phase("ended");
  });

  it("while a visitor waits: the place is kept", async () => {
    const anna = await agent("anna");
    const john = await visitor();
    john.join(FORM);
    const offer = await anna.offer();
    await house.stack.webchat.kill();
    await house.stack.webchat.start();
    const back = await visitor({ token: john.token ?? "" });
    expect(await back.phase("waiting")).toMatchObject({ position: 1, question: FORM.question });
    await anna.take(offer, "Anna");
    await back.phase("talking");
    back.send({ kind: "end" });
    await back.phase("ended");
  });
});

describe("Prosody is killed", () => {
  it("while people talk: the room comes back with its lines, and the talk goes on", async () => {
    const { john, anna, room, session, offer } = await talk();
    john.say("before");
    await anna.hear(room, "before");
    await house.stack.prosody.kill();
    await house.stack.prosody.start();
    anna.vanish();
    const again = await agent("anna");
    await eventually("the agent to be let in again", async () => {
      const answer = await again.request("get", SUPPORT, buildSessionsRequest());
      return answer && parseSessions(answer).some((one) => one.session === offer.session);
    });
    await again.enter(room, "Anna");
    john.say("after");
    await again.hear(room, "after");
    await again.say(room, "welcome back");
    await john.line("welcome back");
    john.send({ kind: "end" });
    await john.phase("ended");
    await eventually("the transcript", async () => (await bodies(session)).length >= 3);
    expect(await bodies(session)).toEqual(["before", "after", "welcome back"]);
  });
});

describe("PostgreSQL stops", () => {
  it("and comes back: who joins meanwhile is told to wait, and a talk goes on afterwards", async () => {
    const { john, anna, room, session } = await talk();
    john.say("before");
    await anna.hear(room, "before");
    await house.stack.postgres?.kill();
    const other = await visitor();
    other.join({ ...FORM, username: "Dana" });
    const refusal = await other.frame("refused");
    expect(refusal.code).toBe("unavailable");
    await house.stack.postgres?.start();
    await eventually("the database to take statements", async () => (await house.db.query("SELECT 1")).rowCount === 1);
    const key = john.say("after");
    await john.inbox.until("the line to be settled", () => john.lines.some((line) => line.key === key) || undefined);
    await eventually("the service to save again", async () => {
      john.send({ kind: "end" });
      return john.state?.phase === "ended";
    });
    await eventually("the transcript", async () => (await bodies(session)).length >= 2);
    expect(await bodies(session)).toEqual(["before", "after"]);
  });
});
