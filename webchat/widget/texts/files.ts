/**
 * What is said about files, in every language; loaded with the part that sends them. A workgroup overrides any of it by key,
 * as it does with the other texts.
 */
const en = {
  "file.send": "Send a file",
  "file.drop": "Drop it here to send it",
  "file.sending": "Sending {name}",
  "file.cancel": "Cancel",
  "file.again": "Try again",
  "file.remove": "Remove",
  "file.failed": "{name} was not sent.",
  "file.too-large": "{name} is {size}; the limit is {limit}.",
  "file.empty": "{name} is empty.",
  "file.type": "{name} was not sent: only pictures (PNG, JPEG, GIF, WebP), PDF and plain text can be.",
  "file.too-fast": "{name} was not sent: these are many files at once. Please try again in {time}.",
  "file.quota": "{name} was not sent: no more files can be taken today.",
  "file.not-in-session": "{name} was not sent: nobody is here.",
  "file.bad-token": "{name} was not sent: please reload this page.",
};

export type FileTextKey = keyof typeof en;
export type FileTexts = Record<FileTextKey, string>;

const de: FileTexts = {
  "file.send": "Datei senden",
  "file.drop": "Zum Senden hier ablegen",
  "file.sending": "{name} wird gesendet",
  "file.cancel": "Abbrechen",
  "file.again": "Noch einmal versuchen",
  "file.remove": "Entfernen",
  "file.failed": "{name} wurde nicht gesendet.",
  "file.too-large": "{name} hat {size}; höchstens {limit} sind möglich.",
  "file.empty": "{name} ist leer.",
  "file.type": "{name} wurde nicht gesendet: Möglich sind Bilder (PNG, JPEG, GIF, WebP), PDF und reiner Text.",
  "file.too-fast":
    "{name} wurde nicht gesendet: Das waren viele Dateien auf einmal. Bitte versuchen Sie es in {time} noch einmal.",
  "file.quota": "{name} wurde nicht gesendet: Heute können keine Dateien mehr angenommen werden.",
  "file.not-in-session": "{name} wurde nicht gesendet: Es ist niemand da.",
  "file.bad-token": "{name} wurde nicht gesendet: Bitte laden Sie die Seite neu.",
};

const he: FileTexts = {
  "file.send": "שליחת קובץ",
  "file.drop": "שחררו כאן כדי לשלוח",
  "file.sending": "{name} נשלח",
  "file.cancel": "ביטול",
  "file.again": "לנסות שוב",
  "file.remove": "הסרה",
  "file.failed": "{name} לא נשלח.",
  "file.too-large": "הגודל של {name} הוא {size}; המרב הוא {limit}.",
  "file.empty": "{name} ריק.",
  "file.type": "{name} לא נשלח: אפשר לשלוח רק תמונות (PNG, JPEG, GIF, WebP), PDF וטקסט פשוט.",
  "file.too-fast": "{name} לא נשלח: יותר מדי קבצים בבת אחת. נסו שוב בעוד {time}.",
  "file.quota": "{name} לא נשלח: היום לא ניתן לקבל עוד קבצים.",
  "file.not-in-session": "{name} לא נשלח: אין כאן אף אחד.",
  "file.bad-token": "{name} לא נשלח: נא לטעון את הדף מחדש.",
};

export const fileTexts = { en, de, he };
