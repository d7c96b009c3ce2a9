/** Messages left while nobody was there (`urn:foyer:messages:0`): visitor to workgroup, workgroup to agents. */
import { formatDateTime, parseDateTime } from "../datetime.ts";
import { NS_MESSAGES } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { attr, children, childText, type Element, xml } from "../xml.ts";

/** `key` is the sender's id of the message: the same key is stored once. */
export type LeftMessage = { key: string; name: string; email: string; text: string };

export function buildLeaveMessage(message: LeftMessage): Element {
  return xml("leave", { xmlns: NS_MESSAGES, key: message.key }, ...parts(message));
}

const parts = (message: { name: string; email: string; text: string }): Element[] => [
  xml("name", {}, message.name),
  xml("email", {}, message.email),
  xml("text", {}, message.text),
];

/** @throws StanzaError `bad-request` when the key is missing; whether the texts will do is not decided here */
export function parseLeaveMessage(el: Element): LeftMessage {
  const key = attr(el, "key");
  if (key === undefined) throw badRequest("leave needs 'key'");
  return { key, ...readParts(el) };
}

const readParts = (el: Element): { name: string; email: string; text: string } => ({
  name: childText(el, "name", NS_MESSAGES) ?? "",
  email: childText(el, "email", NS_MESSAGES) ?? "",
  text: childText(el, "text", NS_MESSAGES) ?? "",
});

/** A stored message as agents see it. `handledBy` is the bare JID of the agent who marked it done, empty while open. */
export type StoredMessage = {
  id: string;
  workgroup: string;
  name: string;
  email: string;
  text: string;
  leftAt: number;
  handledBy: string;
};

/** IQ get from an agent to a workgroup: messages not handled yet, newest first, at most 100. */
export const buildMessagesRequest = (): Element => xml("messages", { xmlns: NS_MESSAGES });

/** The answer to the request, and with one message the push to agents (in a headline message with a body beside it). */
export function buildMessages(list: readonly StoredMessage[]): Element {
  const items = list.map((one) =>
    xml(
      "message",
      {
        id: one.id,
        workgroup: one.workgroup,
        left: formatDateTime(one.leftAt),
        "handled-by": one.handledBy === "" ? undefined : one.handledBy,
      },
      ...parts(one),
    ),
  );
  return xml("messages", { xmlns: NS_MESSAGES }, ...items);
}

export function parseMessages(el: Element): StoredMessage[] {
  return children(el, "message", NS_MESSAGES).flatMap((one) => {
    const [id, workgroup] = [attr(one, "id"), attr(one, "workgroup")];
    const leftAt = parseDateTime(attr(one, "left") ?? "");
    if (id === undefined || workgroup === undefined || leftAt === null) return [];
    return [{ id, workgroup, leftAt, handledBy: attr(one, "handled-by") ?? "", ...readParts(one) }];
  });
}

/** IQ set from an agent: this message is dealt with. */
export const buildMessageHandled = (id: string): Element => xml("handled", { xmlns: NS_MESSAGES, id });

/** @throws StanzaError `bad-request` */
export function parseMessageHandled(el: Element): { id: string } {
  const id = attr(el, "id");
  if (id === undefined) throw badRequest("handled needs 'id'");
  return { id };
}
