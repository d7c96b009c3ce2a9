/**
 * What a chat leaves in the logs at their most talkative: nothing that anybody wrote, and no secret. And what it leaves
 * anywhere when its visitor is erased: nothing.
 */
import { once } from "node:events";
import { readdir, readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { SignJWT } from "jose";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { buildCommand, parseCommandReply } from "../../protocol/ad-hoc.ts";
import { buildAnswers } from "../../protocol/data-form.ts";
import { buildTranscriptRequest } from "../../protocol/workgroup/transcript.ts";
import { SUPPORT, useHouse } from "../support/house.ts";
import { PlainAgent } from "../support/plain-agent.ts";
import { rowsWith } from "../support/rows.ts";
import { VisitorSocket } from "../support/visitor-socket.ts";

const SHOP_SECRET = "a-secret-of-the-shop-and-of-nobody-else";

const house = useHouse({
  workgroups: `
workgroups = {
  support = { agents = { ["anna@localhost"] = { name = "Anna" } }; identity_secret = "${SHOP_SECRET}" };
}`,
  settings: { FOYER_LOG_LEVEL: "debug", FOYER_ADMINS: "ben@localhost" },
  env: { webchat: { VISITOR_GRACE_S: "1" } },
});

/** Words that stand nowhere else. */
const WORDS = {
  name: "Quillona",
  email: "quillona@vexford.example",
  question: "unmistakable-question",
  visitor: "unmistakable-visitor-line",
  agent: "unmistakable-agent-line",
  draft: "unmistakable-refused-line",
  note: "unmistakable-note",
  file: "unmistakable-file-name",
  content: "unmistakable-file-content",
  aside: "unmistakable-private-word",
  message: "unmistakable-left-message",
  subject: "unmistakable-customer-number",
  page: "unmistakable-page-address",
};

/** The files of a folder in which this stands, the databases' own apart. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes("/postgres/")) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path, "utf8")).includes(text)) found.push(path);
  }
  return found;
}

/** Where anybody fetches the file that was sent. */
let fileUrl = "";

describe("a chat at log level debug", () => {
  it("leaves no word of it, no secret and no token in any log", async () => {
    const { stack } = house;
    const anna = await house.agent("anna");
    const identity = await new SignJWT({ aud: "support", sub: WORDS.subject, name: WORDS.name, email: WORDS.email })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("10m")
      .sign(new TextEncoder().encode(SHOP_SECRET));
    const john = await house.visitor({ identity });
    const fields = { username: [WORDS.name], email: [WORDS.email], question: [WORDS.question] };
    const page = { url: `http://shop.example/${WORDS.page}`, title: "", referrer: "", language: "en", timeZone: "UTC" };
    john.send({ kind: "join", fields, page });
    const offer = await anna.offer();
    const room = await anna.take(offer, "Anna");
    await john.phase("talking");
    john.say(WORDS.visitor);
    await anna.hear(room, WORDS.visitor);
    await anna.say(room, WORDS.agent);
    await john.line(WORDS.agent);
    await anna.ask(SUPPORT, `note to ${WORDS.name}: ${WORDS.note}`, WORDS.name);
    await anna.write(`${room}/${WORDS.name}`, WORDS.aside);

    const uploaded = await fetch(`${stack.url}/workgroups/support/files?name=${WORDS.file}.txt`, {
      method: "POST",
      headers: { Authorization: `Bearer ${john.token}`, "Content-Type": "text/plain" },
      body: WORDS.content,
    });
    expect(uploaded.status).toBe(201);
    const { ticket, file }: { ticket: string; file: { url: string } } = JSON.parse(await uploaded.text());
    john.send({ kind: "say", key: "key-of-file", text: "", file: ticket });
    fileUrl = file.url;
    await anna.hear(room, fileUrl);
    expect(await (await fetch(fileUrl)).text()).toBe(WORDS.content);

    // What goes wrong is told of, too, and without the words: a bad frame, a wrong token, a wrong word of the site.
    john.sendText(JSON.stringify({ kind: "say", key: "key-of-draft", text: [WORDS.draft] }));
    await john.frame("refused");
    for (const wrong of [{ token: `${john.token}x` }, { identity: `${identity}x` }]) {
      const stranger = await VisitorSocket.open(stack.url, "support");
      stranger.send({ kind: "hello", workgroup: "support", ...wrong });
      await stranger.frame("refused");
      stranger.close();
    }
    // The database is away while something is said and saved.
    await stack.postgres?.restart();
    john.say(`${WORDS.visitor} again`);
    await john.line(`${WORDS.visitor} again`);
    john.send({ kind: "end" });
    await john.phase("ended");
    await expect
      .poll(() => anna.request("get", SUPPORT, buildTranscriptRequest(offer.session)).then(String, String), {
        timeout: 20_000,
      })
      .toContain(WORDS.agent);
    await anna.signOut(SUPPORT);
    const late = await house.visitor();
    late.send({
      kind: "leave-message",
      key: "key-of-message",
      name: WORDS.name,
      email: WORDS.email,
      text: WORDS.message,
    });
    await late.frame("message-stored");

    // What agents note is theirs, from the first frame to the last; and of an agent a visitor learns the name.
    const shown = JSON.stringify([...john.inbox.all, ...late.inbox.all]);
    expect([WORDS.note, "anna@"].filter((one) => shown.includes(one))).toEqual([]);
    expect(shown).toContain(WORDS.agent);

    const { passwords, accountsMade: _, ...keys } = stack.secrets;
    const kept = [...Object.values(keys), ...Object.values(passwords)];
    expect(kept.length).toBeGreaterThan(6);
    const tokens = [john.token, late.token, identity].map(String);
    const forbidden = [...Object.values(WORDS), ...kept, ...tokens, SHOP_SECRET];
    let lines = 0;
    for (const part of ["postgres", "prosody", "component", "webchat"] as const) {
      const log = await stack.log(part);
      lines += log.split("\n").length;
      // At this level Prosody notes addresses: of each stanza, and a seat in a room has the person's name; of each file.
      const addressed = part === "prosody" ? [WORDS.name, WORDS.file] : [];
      const found = forbidden.filter((one) => !addressed.includes(one) && log.includes(one));
      const where = found.map((one) => log.split("\n").find((line) => line.includes(one)));
      expect({ part, found, where }).toEqual({ part, found: [], where: [] });
    }
    // They were talkative indeed.
    expect(lines).toBeGreaterThan(200);
  });

  it("has nobody fetch what its visitor names, wherever it is named", async () => {
    let visits = 0;
    const listening = createServer((_, response) => {
      visits += 1;
      response.end();
    });
    listening.on("connection", () => {
      visits += 1;
    });
    listening.listen(0, "127.0.0.1");
    await once(listening, "listening");
    const address = listening.address();
    const port = address instanceof Object ? address.port : 0;
    const url = `http://127.0.0.1:${port}/unmistakable`;
    try {
      const anna = await house.agent("anna");
      const john = await house.visitor();
      const email = `john@[127.0.0.1]:${port}`;
      const page = { url, title: url, referrer: url, language: "en", timeZone: url };
      john.send({ kind: "join", fields: { username: [url], email: [email], question: [`<img src="${url}">`] }, page });
      const room = await anna.take(await anna.offer(), "Anna");
      await john.phase("talking");
      for (const line of [url, `![x](${url})`, `<img src="${url}">`, `xmpp:a@127.0.0.1:${port}`]) {
        john.say(line);
        await anna.hear(room, line);
      }
      await anna.ask(SUPPORT, `note to 1: ${url}`, "");
      john.send({ kind: "end" });
      await john.phase("ended");
      await anna.signOut(SUPPORT);
      const late = await house.visitor();
      late.send({ kind: "leave-message", key: "key-of-address", name: url, email: "j@x.org", text: url });
      await late.frame("message-stored");
      expect(visits).toBe(0);
    } finally {
      listening.close();
    }
  });

  it("leaves no word of it in any database when its visitor is erased", async () => {
    const { databases, agents, c2sService: service } = house.stack;
    const prosody = new pg.Pool({ connectionString: databases.prosody, max: 1 });
    prosody.on("error", () => undefined);
    const left = async (db: pg.Pool): Promise<string[]> => {
      const found: string[] = [];
      for (const word of Object.values(WORDS)) if ((await rowsWith(db, word)).length > 0) found.push(word);
      return found;
    };
    // Rooms have taken their archives with them; agents' own archives hold only what agents say to one another.
    expect(await left(prosody)).toEqual([WORDS.file]);
    expect(await rowsWith(prosody, "anna")).not.toEqual([]);
    expect((await fetch(fileUrl)).status).toBe(200);
    const { draft, aside, content, ...kept } = WORDS;
    expect((await left(house.db)).toSorted()).toEqual(Object.values(kept).toSorted());

    const ben = await PlainAgent.connect({
      service,
      domain: "localhost",
      username: "ben",
      password: agents.ben?.password ?? "",
    });
    const answer = await ben.request(
      "set",
      "workgroup.localhost",
      buildCommand({
        node: "http://jabber.org/protocol/admin#erase-visitor",
        action: "complete",
        form: buildAnswers({ visitor: [WORDS.email], erase: ["1"] }, "http://jabber.org/protocol/admin"),
      }),
    );
    await ben.stop();
    expect(answer && parseCommandReply(answer).note?.text).toBe("Erased: 1 chat and 1 left message.");
    expect(await left(house.db)).toEqual([]);
    expect(await left(prosody)).toEqual([]);
    await prosody.end();
    expect((await fetch(fileUrl)).status).toBe(404);
    expect(await filesWith(house.stack.dataDir, content)).toEqual([]);
    const { rows } = await house.db.query(
      "SELECT workgroup, end_reason FROM requests JOIN sessions USING (id, workgroup) WHERE erased_at IS NOT NULL",
    );
    expect(rows).toEqual([{ workgroup: "support", end_reason: "visitor-ended" }]);
    // Nor has the command itself told the logs.
    expect(await house.stack.log("component")).not.toContain(WORDS.email);
  });

  it("leaves its secrets where nobody else can read them", async () => {
    const { dataDir, secrets } = house.stack;
    const { componentSecret } = secrets;
    const open: string[] = [];
    for (const path of await filesWith(dataDir, componentSecret)) {
      if (((await stat(path)).mode & 0o007) !== 0) open.push(path);
    }
    expect(open).toEqual([]);
    // Nor does "ps" show them.
    const processes = await readdir("/proc");
    for (const pid of processes.filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      expect(line).not.toContain(componentSecret);
    }
  });
});
