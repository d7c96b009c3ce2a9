/** What the workgroup says to a visitor who writes to it from an ordinary XMPP client. `{name}` and the like are filled in. */

const en = {
  "ask.first": "Thank you. Before we look for somebody for you: {question}",
  "ask.next": "{question}",
  "ask.choose": "{question}\n{choices}\n(Answer with the number.)",
  "ask.choose-several": "{question}\n{choices}\n(Answer with the numbers, as in: 1, 3)",
  "ask.yes-no": "{question} (yes or no)",
  "again.empty": "Please answer, or write “cancel”.",
  "again.choose": "Please answer with one of the numbers from 1 to {count}.",
  "again.yes-no": "Please answer yes or no.",
  "again.email": "This does not look like an e-mail address. Please write it again.",
  "again.long": "This is too long. Please answer in at most {limit} characters.",
  "queue.first": "You are next. We are looking for somebody for you. Write “cancel” to leave the queue.",
  "queue.later": "You are number {position} in the queue, about {minutes} min. Write “cancel” to leave it.",
  "queue.moved": "You are number {position} in the queue now, about {minutes} min.",
  "queue.moved-first": "You are next.",
  "queue.noted": "Noted; whoever takes your chat will read it.",
  "queue.enough": "That is as much as we can take along. The rest you can tell in the chat.",
  "queue.full": "As many people wait as we can serve. Please try again in a few minutes.",
  "room.ready": "Somebody is here for you. Please join the room {room}",
  "room.soon": "Somebody has just taken your chat. The invitation to the room follows at once; please write there.",
  "room.open": "Your chat is in the room {room} – please write there. We have sent the invitation again.",
  "chat.ended": "The chat is over. Write again whenever you like.",
  "left.cancelled": "You have left the queue. Write again whenever you like.",
  "left.unserved": "We are sorry, nobody could take your chat. Please write again later.",
  "left.closed": "We are sorry, we have closed. Please write again later.",
  "closed.leave": "Nobody is here just now. Shall we keep your question as a message for us? (yes or no)",
  "closed.kept": "Kept. We will write to you.",
  "closed.dropped": "All right. Write again whenever you like.",
  cancelled: "Cancelled. Write again whenever you like.",
  failed: "That did not work just now. Please write again in a minute.",
};

export type DialogueKey = keyof typeof en;

const de: Record<DialogueKey, string> = {
  "ask.first": "Danke. Bevor wir jemanden für Sie suchen: {question}",
  "ask.next": "{question}",
  "ask.choose": "{question}\n{choices}\n(Antworten Sie mit der Nummer.)",
  "ask.choose-several": "{question}\n{choices}\n(Antworten Sie mit den Nummern, etwa: 1, 3)",
  "ask.yes-no": "{question} (ja oder nein)",
  "again.empty": "Bitte antworten Sie, oder schreiben Sie „abbrechen“.",
  "again.choose": "Bitte antworten Sie mit einer der Nummern von 1 bis {count}.",
  "again.yes-no": "Bitte antworten Sie mit Ja oder Nein.",
  "again.email": "Das sieht nicht nach einer E-Mail-Adresse aus. Bitte schreiben Sie sie noch einmal.",
  "again.long": "Das ist zu lang. Bitte antworten Sie mit höchstens {limit} Zeichen.",
  "queue.first":
    "Sie sind als Nächstes dran. Wir suchen jemanden für Sie. Mit „abbrechen“ verlassen Sie die Warteschlange.",
  "queue.later":
    "Sie stehen auf Platz {position}, etwa {minutes} Min. Mit „abbrechen“ verlassen Sie die Warteschlange.",
  "queue.moved": "Sie stehen jetzt auf Platz {position}, etwa {minutes} Min.",
  "queue.moved-first": "Sie sind als Nächstes dran.",
  "queue.noted": "Notiert; wer Ihren Chat annimmt, liest es.",
  "queue.enough": "Mehr können wir nicht mitnehmen. Das Übrige können Sie im Chat sagen.",
  "queue.full": "Es warten schon so viele, wie wir bedienen können. Bitte versuchen Sie es in einigen Minuten wieder.",
  "room.ready": "Jemand ist für Sie da. Bitte kommen Sie in den Raum {room}",
  "room.soon":
    "Gerade hat jemand Ihren Chat angenommen. Die Einladung in den Raum folgt sogleich; bitte schreiben Sie dort.",
  "room.open": "Ihr Chat ist im Raum {room} – bitte schreiben Sie dort. Die Einladung haben wir noch einmal geschickt.",
  "chat.ended": "Der Chat ist beendet. Schreiben Sie uns jederzeit wieder.",
  "left.cancelled": "Sie haben die Warteschlange verlassen. Schreiben Sie uns jederzeit wieder.",
  "left.unserved": "Leider konnte niemand Ihren Chat annehmen. Bitte schreiben Sie später noch einmal.",
  "left.closed": "Leider haben wir geschlossen. Bitte schreiben Sie später noch einmal.",
  "closed.leave": "Gerade ist niemand da. Sollen wir Ihre Frage als Nachricht aufheben? (ja oder nein)",
  "closed.kept": "Aufgehoben. Wir schreiben Ihnen.",
  "closed.dropped": "In Ordnung. Schreiben Sie uns jederzeit wieder.",
  cancelled: "Abgebrochen. Schreiben Sie uns jederzeit wieder.",
  failed: "Das ging gerade nicht. Bitte schreiben Sie in einer Minute noch einmal.",
};

/** The languages a dialogue is held in; every other one reads as English. */
export type Language = "en" | "de";

const catalogue: Record<Language, Record<DialogueKey, string>> = { en, de };

/** The language of a stanza's `xml:lang`, as `de-AT`. */
export const languageOf = (lang: string | undefined): Language =>
  lang?.split("-")[0]?.toLowerCase() === "de" ? "de" : "en";

/** A text with its places filled in, once: what is filled in is never read as a place again. */
export function say(lang: Language, key: DialogueKey, values: Record<string, string | number> = {}): string {
  return catalogue[lang][key].replace(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : place,
  );
}

const YES = new Set(["yes", "y", "ja", "j", "1", "ok", "okay"]);
const NO = new Set(["no", "n", "nein", "2"]);
const CANCEL = new Set(["cancel", "stop", "quit", "abbrechen", "abbruch", "ende"]);

/** What people type, without regard to case, blanks and a closing full stop. In any language we know. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[.!]+$/, "");

export const isCancel = (text: string): boolean => CANCEL.has(plain(text));

/** Null: neither. */
export function yesOrNo(text: string): boolean | null {
  const word = plain(text);
  return YES.has(word) ? true : NO.has(word) ? false : null;
}

/** The place in the queue in words; `moved` when it is told without having been asked for. */
export function queueText(lang: Language, of: { position: number; waitMs: number; moved: boolean }): string {
  if (of.position === 1) return say(lang, of.moved ? "queue.moved-first" : "queue.first");
  const minutes = Math.max(1, Math.ceil(of.waitMs / 60_000));
  return say(lang, of.moved ? "queue.moved" : "queue.later", { position: of.position, minutes });
}
