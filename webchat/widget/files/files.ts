/**
 * Sending and showing files. A part of its own, loaded when a conversation begins: it weighs nothing for who only looks at
 * the page. Takes files from the button, from the clipboard, and from wherever they are dragged from.
 */
import type { TemplateResult } from "lit/html.js";
import type { FileView } from "../../../protocol/visitor-api.ts";
import type { Chat } from "../chat.ts";
import type { ChatStorage } from "../storage.ts";
import { laterSheet } from "../styles/later-sheet.ts";
import { type FileTextKey, fileTexts } from "../texts/files.ts";
import type { createSay as CreateSay, Say } from "../texts.ts";
import { card, clip, type Draw, strips } from "../views/files.ts";
import type { Ui } from "../views/ui.ts";
import { SendingFiles } from "./sending.ts";
import { readTicket } from "./ticket.ts";

/** What the panel needs of it. */
export type Files = {
  /** Puts the look and the listeners into the panel, once. */
  attach(root: ShadowRoot): void;
  /** What is under way, above the box. */
  strips(ui: Ui): TemplateResult | undefined;
  /** The button beside the box. */
  button(ui: Ui): TemplateResult | undefined;
  /** In place of a line's text. A ticket stands for a file that the room has not shown yet. */
  card(file: FileView | string, ui: Ui): TemplateResult;
};

/** What it shares with the panel is handed in: see `views/files.ts`. */
export function createFiles(chat: Chat, storage: ChatStorage, html: Draw, createSay: typeof CreateSay): Files {
  const sending = new SendingFiles(chat, storage);
  let attached = false;
  const words = fileTexts[languageOf(chat.settings.lang)];
  const say: Say<FileTextKey> = (key, values) => createSay(words, chat.state.view?.texts ?? {})(key, values);
  const isTalking = (): boolean => chat.state.visit.phase === "talking" && !chat.state.editing;

  function take(files: FileList | undefined): boolean {
    if (!files?.length || !isTalking()) return false;
    sending.send(files);
    return true;
  }

  return {
    attach(root) {
      if (attached) return;
      attached = true;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(laterSheet);
      root.adoptedStyleSheets.push(sheet);
      listen(root, take, isTalking);
    },
    strips: (ui) => strips(html, ui, sending, say),
    button: () => (isTalking() ? clip(html, take, say("file.send")) : undefined),
    card: (file, ui) => card(html, typeof file === "string" ? readTicket(file) : file, ui),
  };
}

function languageOf(lang: string): keyof typeof fileTexts {
  const short = lang.slice(0, 2).toLowerCase();
  return short === "de" || short === "he" ? short : "en";
}

function listen(root: ShadowRoot, take: (files: FileList | undefined) => boolean, isTalking: () => boolean): void {
  const { host } = root;
  const mark = (dragged: boolean): boolean => host.classList.toggle("dropping", dragged);
  const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") === true;
  root.addEventListener("dragover", (event) => {
    if (!(event instanceof DragEvent) || !hasFiles(event)) return;
    // A file that is dropped beside would take the place of the whole page.
    event.preventDefault();
    mark(isTalking());
  });
  root.addEventListener("dragleave", (event) => {
    if (event instanceof DragEvent && !(event.relatedTarget instanceof Node && root.contains(event.relatedTarget)))
      mark(false);
  });
  root.addEventListener("drop", (event) => {
    mark(false);
    if (!(event instanceof DragEvent) || !hasFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
  root.addEventListener("paste", (event) => {
    if (!(event instanceof ClipboardEvent)) return;
    const { clipboardData } = event;
    // Text from an office program comes with a picture of itself.
    if (!clipboardData?.types.includes("text/plain") && take(clipboardData?.files)) event.preventDefault();
  });
}
