/** A transcript as an e-mail: plain text, and a table in HTML. Whatever people said is text in both, never markup. */
import type { TranscriptMail } from "./extras.ts";

/** One line that was said. */
export type MailedLine = { nick: string; text: string; at: number };

export type ComposedMail = { fromName: string; subject: string; text: string; html: string };

/** `title` is the workgroup's. `left`: there was more, and only these newest lines are in it. */
export function composeTranscript(of: {
  title: string;
  settings: TranscriptMail | undefined;
  lines: readonly MailedLine[];
  left: boolean;
}): ComposedMail {
  const { title, settings, lines, left } = of;
  const introduction = settings?.text || `This is what was said in your chat with ${title}.`;
  const begin = left ? "Earlier lines are left out." : "";
  return {
    fromName: oneLine(settings?.fromName || title),
    subject: oneLine(settings?.subject || `Your chat with ${title}`),
    text: [introduction, "", ...(begin === "" ? [] : [begin, ""]), ...lines.map(asText), ""].join("\n"),
    html: [
      '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>',
      `<p>${withBreaks(introduction)}</p>`,
      begin === "" ? "" : `<p>${begin}</p>`,
      `<table>${lines.map(asRow).join("")}</table>`,
      "</body></html>",
    ].join("\n"),
  };
}

function asText({ nick, text, at }: MailedLine): string {
  return `[${stamp(at)}] ${oneLine(nick)}: ${text.replace(/\r\n?|\n/g, "\n    ")}`;
}

function asRow({ nick, text, at }: MailedLine): string {
  return `<tr><td>${stamp(at)}</td><td>${escaped(oneLine(nick))}</td><td>${withBreaks(text)}</td></tr>\n`;
}

/** `2026-01-05 10:00 UTC`. */
const stamp = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);

const withBreaks = (text: string): string => escaped(text).replace(/\r\n?|\n/g, "<br>\n");
