/**
 * Transcripts by e-mail (reference 3.11). Fastpath mails anything from anybody to anybody; here only a transcript is
 * mailed, only by the visitor whose talk it was or by an agent of that workgroup, to one address, and not often. Whom it is
 * from, its subject and its first words are the operator's; what the request says of them counts for nothing.
 */
import { isEmailAddress } from "../../protocol/email.ts";
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { forbidden, notAcceptable, notFound, StanzaError } from "../../protocol/stanza-error.ts";
import { type MailRequest, parseMailRequest } from "../../protocol/workgroup/mail.ts";
import { plainText } from "../../protocol/workgroup/transcript.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { composeTranscript, type MailedLine } from "../domain/transcript-mail.ts";
import {
  addressed,
  addressOf,
  type Deps,
  type Entry,
  type Feature,
  isAgent,
  type MailBounds,
  type Workgroup,
} from "./deps.ts";

const PAGE = 1_000;
const MOST_LINES = 5_000;
const DAY_MS = 86_400_000;
/** In a day, but for `mostOfSession`. */
const BOUNDS: Record<"visitor" | "agent", Omit<MailBounds, "since">> = {
  visitor: { mostOfSession: 3, mostOfSender: 10, mostOfWorkgroup: 1_000 },
  agent: { mostOfSession: 10, mostOfSender: 200, mostOfWorkgroup: 2_000 },
};
/** As many as there are talks. */
const COPIES = { mostOfSender: 1_000_000, mostOfWorkgroup: 1_000_000 };

export const mail: Feature = {
  iq: [{ type: "set", ns: [NS_JIVE, NS_WORKGROUP], name: "send-email", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<void> {
  const workgroup = addressed(iq.to, deps);
  const request = checked(parseMailRequest(iq.payload));
  const { mailer } = deps;
  if (mailer === null) throw new StanzaError("cancel", "service-unavailable", "E-mail is not set up here.");
  const role = await roleOf(iq.from, workgroup, request.session, deps);
  const { title, transcriptMail: settings } = workgroup.committed.settings;
  const { lines, left } = await linesOf(request.session, deps);
  if (lines.length === 0) throw notFound("Nothing has been said in this chat.");
  const at = deps.now();
  const claim = { session: request.session, sender: bareJid(iq.from), role, recipient: request.to, at };
  const claimed = await deps.stores.mails.claim(claim, { ...BOUNDS[role], since: at - DAY_MS });
  if (claimed === null) {
    throw new StanzaError(
      "wait",
      "resource-constraint",
      "This transcript, or too many, were sent already. Try tomorrow.",
    );
  }
  try {
    await mailer.send({ to: request.to, ...composeTranscript({ title, settings, lines, left }) });
  } catch (error) {
    // What the server for e-mail refuses counts: otherwise addresses could be tried out without end.
    if (error instanceof StanzaError && error.type === "wait") await deps.stores.mails.release(claimed);
    throw error;
  }
}

/**
 * Sends the copies of a talk that has ended to where its administrator wants them: each once, however often it is said
 * that the talk has ended.
 */
export async function mailCopies(session: string, deps: Deps): Promise<void> {
  const { mailer, stores, workgroups, domain } = deps;
  const kept = await stores.history.record(session);
  const workgroup = kept?.hadSession ? workgroups.at(`${kept.workgroup}@${domain}`) : undefined;
  const { title, transcriptMail: settings } = workgroup?.committed.settings ?? { title: "", transcriptMail: undefined };
  if (mailer === null || workgroup === undefined || !settings?.copies.length) return;
  const said = await linesOf(session, deps);
  const [at, sender] = [deps.now(), addressOf(workgroup, deps)];
  for (const [i, recipient] of settings.copies.entries()) {
    // So many were sent before this one; when there are more, it was sent as well.
    const bounds = { ...COPIES, mostOfSession: i + 1, since: at - DAY_MS };
    const claimed = await stores.mails.claim({ session, sender, role: "service", recipient, at }, bounds);
    if (claimed !== null) await mailer.send({ to: recipient, ...composeTranscript({ title, settings, ...said }) });
  }
}

/** @throws StanzaError what cannot be sent as it was asked */
function checked(request: MailRequest): MailRequest & { session: string } {
  const { from, to, subject, message, session } = request;
  const empty = Object.entries({ fromAddress: from, toAddress: to, subject }).filter(([, text]) => text.trim() === "");
  if (empty.length > 0) throw notAcceptable(`missing: ${empty.map(([name]) => name).join(", ")}`);
  if (session === "" && message.trim() === "") throw notAcceptable("missing: message or sessionID");
  // A line break in any of these would begin a header of its own, or an address.
  for (const [name, text] of Object.entries({ fromAddress: from, toAddress: to, subject })) {
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text.trim())) throw notAcceptable(`${name} must be one line`);
  }
  if (!isEmailAddress(to.trim())) throw notAcceptable("toAddress must be one plain e-mail address");
  if (session === "") throw forbidden("Only transcripts are mailed: name a session.");
  return { ...request, to: to.trim() };
}

/** Whether a session is there is told only to agents: to others it is not theirs in either case. */
async function roleOf(
  from: string,
  workgroup: Workgroup,
  session: string,
  { stores }: Deps,
): Promise<"visitor" | "agent"> {
  const kept = await stores.history.record(session);
  const here = kept?.workgroup === workgroup.node ? kept : null;
  if (isAgent(workgroup, from)) {
    if (here === null) throw notFound("There is no such chat in this workgroup.");
    return "agent";
  }
  // Where no agent was there is nothing but what the visitor said: that would be a way to mail anything.
  if (here === null || !here.hadSession || bareJid(here.visitor) !== bareJid(from))
    throw forbidden("This is not your chat.");
  return "visitor";
}

async function linesOf(session: string, { stores }: Deps): Promise<{ lines: MailedLine[]; left: boolean }> {
  const lines: MailedLine[] = [];
  let left = false;
  for (let after: string | null = null; ; ) {
    const page: Entry[] = await stores.entries(session, { after, limit: PAGE, linesOnly: true });
    lines.push(...page.filter(isSaid).map(({ nick, body, fate, at }) => ({ nick, text: plainText(body, fate), at })));
    if (lines.length > MOST_LINES) left = lines.splice(0, lines.length - MOST_LINES).length > 0;
    if (page.length < PAGE) return { lines, left };
    after = page.at(-1)?.stanzaId ?? null;
  }
}

/** What people said, and the question, which the service said for the visitor; not the service's own news. */
const isSaid = ({ kind, speakerKind, body, fate }: Entry): boolean =>
  (body !== "" || fate !== undefined) && (kind === "line" || (kind === "service" && speakerKind === "visitor"));
