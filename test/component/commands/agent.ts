/** Anna with an ordinary client, who has `support` among the contacts; chats are in session with a word, by the real machine. */
import type { Language } from "../../../component/texts/index.ts";
import { childText, type Element } from "../../../protocol/xml.ts";
import { ANNA, BEN, createWorld, SUPPORT } from "../features/world.ts";

export const PHONE = "anna@example.org/phone";
export { ANNA, BEN, SUPPORT };

export async function startAgent(...[settings]: Parameters<typeof createWorld>) {
  const world = createWorld({ maxChats: 4, ...settings });
  const { tell, support, deps, link } = world;
  const address = (name: string): string => `${name.toLowerCase().replace(/\W/g, "")}@webchat.example.org/web`;

  async function onDuty(device: string, inside = ""): Promise<void> {
    await tell(`<presence from='${device.split("/")[0]}' to='${SUPPORT}' type='subscribed'/>`);
    await tell(`<presence from='${device}' to='${SUPPORT}'>${inside}</presence>`);
  }
  await onDuty(ANNA);

  const bodies = (sent: Element[], to = ANNA): string[] =>
    sent.flatMap((one) => (one.name === "message" && one.attrs.to === to ? (childText(one, "body") ?? []) : []));

  /** Says something and gives everything that is said back, lines and all. */
  async function say(text: string, from = ANNA): Promise<string> {
    const before = link.sent.length;
    await tell(`<message type='chat' from='${from}' to='${SUPPORT}'><body>${text}</body></message>`);
    return bodies(link.sent.slice(before), from).join("\n---\n");
  }

  /** Somebody waits. Offers are as they are. */
  const waits = (name: string, question = "Why?") =>
    world.join(address(name), { username: [name], question: [question] });

  return {
    ...world,
    say,
    onDuty,
    waits,
    bodies,
    addressOf: address,
    /** A visitor and Anna in a room; the session's id. */
    async talks(name: string, question = "Why?", agent = ANNA): Promise<string> {
      const { id } = await waits(name, question);
      await support.ask({ type: "take-requested", at: deps.now(), request: id, device: agent });
      const at = deps.now();
      await support.ask({ type: "room-opened", at, request: id });
      await support.ask({ type: "occupant-joined", at, request: id, jid: address(name), nick: name });
      await support.ask({ type: "occupant-joined", at, request: id, jid: agent, nick: "Anna" });
      if (support.committed.requests.get(id)?.phase.name !== "in-session") throw new Error("no talk began");
      return id;
    },
    speaks(lang: Language): void {
      world.contacts.note(support, ANNA, { lang });
    },
    /** The events that the commands led to, without those that made the scene. */
    asked(types: readonly string[]) {
      return support.asked.filter(({ type }) => types.includes(type));
    },
  };
}
