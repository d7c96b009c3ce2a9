/** The files that a visitor is sending: each goes up by itself, and becomes a line like any other when it is stored. */
import type { Chat } from "../chat.ts";
import type { ChatStorage } from "../storage.ts";
import { writeTicket } from "./ticket.ts";
import { type Upload, type UploadFailure, upload } from "./upload.ts";

/** `part` is from 0 to 1; `failed` when it does not go on by itself. */
export type Sending = { key: string; file: File; part: number; failed?: UploadFailure };

/** The browser asks first: what is still going up would be gone without a word. */
const stay = (event: Event): void => event.preventDefault();

export class SendingFiles {
  list: Sending[] = [];
  readonly #chat: Chat;
  readonly #storage: ChatStorage;
  #count = 0;
  readonly #uploads = new Map<string, Upload>();

  constructor(chat: Chat, storage: ChatStorage) {
    this.#chat = chat;
    this.#storage = storage;
  }

  send(files: Iterable<File>): void {
    for (const file of files) {
      const one: Sending = { key: `${++this.#count}`, file, part: 0 };
      this.list = [...this.list, one];
      this.#begin(one);
    }
  }

  again({ key }: Sending): void {
    const one = this.list.find((other) => other.key === key);
    if (one) this.#begin({ ...one, part: 0, failed: undefined });
  }

  /** Takes one away, whether it is under way or has failed. */
  drop({ key }: Sending): void {
    this.#uploads.get(key)?.cancel();
    this.#uploads.delete(key);
    this.#show(this.list.filter((one) => one.key !== key));
  }

  #begin(one: Sending): void {
    const { base, workgroup } = this.#chat.settings;
    const { key, file } = one;
    const limit = this.#chat.state.view?.maxFileBytes ?? 0;
    this.#change(one);
    // What is certain to be refused need not travel.
    if (file.size === 0 || (limit && file.size > limit)) {
      return this.#change({ ...one, failed: { code: file.size ? "too-large" : "empty" } });
    }
    const address = `${base}workgroups/${encodeURIComponent(workgroup)}/files`;
    this.#uploads.set(
      key,
      upload(address, this.#storage.read().token ?? "", file, {
        onProgress: (part) => this.#change({ ...one, part }),
        onFailed: (failed) => (this.#isOver() ? this.#unsent(one) : this.#change({ ...one, failed })),
        onDone: (ticket) => {
          if (this.#isOver()) return this.#unsent(one);
          this.drop(one);
          this.#chat.send(file.name || "file", ticket);
        },
      }),
    );
  }

  #isOver(): boolean {
    const { phase } = this.#chat.state.visit;
    return phase !== "talking" && phase !== "waiting";
  }

  /** The chat ended first: it stands among the lines that were not sent, and says so. */
  #unsent(one: Sending): void {
    this.drop(one);
    const key = `unsent file ${one.key}`;
    const ticket = writeTicket({ path: "", name: one.file.name, size: one.file.size });
    this.#chat.dispatch({ type: "say", key, text: one.file.name, at: Date.now(), file: ticket });
    this.#chat.dispatch({ type: "frame", frame: { kind: "refused", code: "ended", text: "", key } });
  }

  #change(one: Sending): void {
    this.#show(this.list.map((other) => (other.key === one.key ? one : other)));
  }

  #show(list: Sending[]): void {
    this.list = list;
    const isUnderWay = list.some(({ failed }) => !failed);
    globalThis[isUnderWay ? "addEventListener" : "removeEventListener"]("beforeunload", stay);
    this.#chat.redraw();
  }
}
