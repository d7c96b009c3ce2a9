/** A request to mail a transcript (reference 3.11). */
import { NS_JIVE } from "../ns.ts";
import { badRequest } from "../stanza-error.ts";
import { childText, type Element, xml } from "../xml.ts";

/** As it was asked, each text as it came. `session` is empty when none was named. */
export type MailRequest = {
  from: string;
  to: string;
  subject: string;
  message: string;
  html: boolean;
  session: string;
};

export const buildMailRequest = ({ from, to, subject, message, html, session }: MailRequest): Element =>
  xml(
    "send-email",
    { xmlns: NS_JIVE },
    xml("fromAddress", {}, from),
    xml("toAddress", {}, to),
    xml("subject", {}, subject),
    xml("message", {}, message),
    xml("useHTML", {}, String(html)),
    session !== "" && xml("sessionID", {}, session),
  );

/** @throws StanzaError `bad-request` when one of the elements is not there */
export function parseMailRequest(el: Element): MailRequest {
  const text = (name: string): string => {
    const found = childText(el, name);
    if (found === undefined) throw badRequest(`send-email needs '${name}'`);
    return found;
  };
  return {
    from: text("fromAddress"),
    to: text("toAddress"),
    subject: text("subject"),
    message: text("message"),
    html: text("useHTML").trim() === "true",
    session: childText(el, "sessionID")?.trim() ?? "",
  };
}
