/**
 * The files an agent sends: the server is asked for a place (XEP-0363), the file goes there, and its address is said as a
 * line like any other. Files go through the gateway, which is where this page comes from.
 */
import { cleanFileName, FILE_KINDS, typeOfName } from "../../protocol/file-kinds.ts";
import type { SharedFile } from "../../protocol/shared-file.ts";
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildSlotRequest, parseSlot, type Slot } from "../../protocol/upload-slot.ts";
import type { Upload } from "../state/model.ts";
import { type FileStore, pathOf } from "./file-store.ts";
import type { Wire } from "./wire.ts";

export type Uploads = {
  send(room: string, files: readonly File[]): void;
  /** One that failed begins anew. */
  again(room: string, key: string): void;
  /** One is stopped, or one that failed is put away. */
  drop(room: string, key: string): void;
};

/** Nothing moved for so long: the connection is dead. */
const SILENCE_MS = 30_000;

type Failure = NonNullable<Upload["failed"]>;

/** `service` is the workgroups' domain; `say` says the line. */
export function createUploads(
  wire: Wire,
  service: string,
  store: FileStore,
  say: (room: string, file: SharedFile) => void,
): Uploads {
  /** What is under way or has failed, by key; `stop` while it goes up. */
  const going = new Map<string, { file: File; stop?: () => void }>();

  const tell = (room: string, upload: Upload): void => wire.dispatch({ type: "upload-told", room, upload });

  async function begin(room: string, key: string): Promise<void> {
    const file = going.get(key)?.file;
    if (!file) return;
    const type = typeOfName(file.name) ?? file.type;
    const name = cleanFileName(file.name, type);
    const size = file.size;
    const shown = (part: number): void => {
      if (going.has(key)) tell(room, { key, name, part, failed: null });
    };
    const failed = (failure: Failure): void => {
      if (going.has(key)) tell(room, { key, name, part: 0, failed: failure });
    };
    shown(0);
    const unfit = unfitness(size, type, store.maxBytes);
    if (unfit !== null) return failed({ words: unfit, hopeless: true });
    const slot = await askSlot({ name, size, type });
    if ("words" in slot) return failed(slot);
    const one = going.get(key);
    if (!one) return;
    const sending = put(slot, file, type, store, shown);
    one.stop = sending.stop;
    const failure = await sending.done;
    // It was stopped meanwhile.
    if (going.get(key) !== one) return;
    if (failure) return failed(failure);
    going.delete(key);
    wire.dispatch({ type: "upload-gone", room, key });
    // When the chat has ended meanwhile, the file was shown as not sent already.
    if (wire.state.chats.get(room)?.ended === null) say(room, { url: slot.get, name, type, size });
  }

  async function askSlot(wanted: { name: string; size: number; type: string }): Promise<Slot | Failure> {
    try {
      const to = service.replace(/^workgroup\./, "files.");
      const answer = await wire.session.request("get", to, buildSlotRequest(wanted));
      return (answer && parseSlot(answer)) ?? AWAY;
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      if (error.condition === "resource-constraint") return { words: "you have sent as much as you may in a day" };
      if (error.condition === "not-acceptable") return { words: "the server does not take it", hopeless: true };
      return AWAY;
    }
  }

  return {
    send(room, files) {
      for (const file of files) {
        const key = crypto.randomUUID();
        going.set(key, { file });
        void begin(room, key);
      }
    },
    again: (room, key) => void begin(room, key),
    drop(room, key) {
      going.get(key)?.stop?.();
      going.delete(key);
      wire.dispatch({ type: "upload-gone", room, key });
    },
  };
}

const AWAY: Failure = { words: "the server cannot be reached just now" };
const KINDS = "only pictures (PNG, JPEG, GIF, WebP), PDF and plain text can be sent";

/** Why the file need not travel at all; null when it may. */
function unfitness(size: number, type: string, maxBytes: number): string | null {
  if (size === 0) return "it is empty";
  if (!Object.hasOwn(FILE_KINDS, type)) return KINDS;
  return size > maxBytes ? `it is ${megabytes(size)}; the limit is ${megabytes(maxBytes)}` : null;
}

const megabytes = (bytes: number): string => `${Math.ceil((bytes / 1024 / 1024) * 10) / 10} MB`;

/** `done` resolves with why it failed; null when the file is stored. */
function put(
  slot: Slot,
  file: File,
  type: string,
  store: FileStore,
  onProgress: (part: number) => void,
): { stop(): void; done: Promise<Failure | null> } {
  const { promise: done, resolve } = Promise.withResolvers<Failure | null>();
  const request = new XMLHttpRequest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moved = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), SILENCE_MS);
  };
  request.open("PUT", pathOf(slot.put, store) ?? slot.put);
  for (const [name, value] of Object.entries(slot.headers)) request.setRequestHeader(name, value);
  request.setRequestHeader("Content-Type", type);
  request.upload.onprogress = ({ loaded, total }) => {
    moved();
    onProgress(total > 0 ? loaded / total : 0);
  };
  request.onloadend = () => {
    clearTimeout(timer);
    resolve(outcomeOf(request));
  };
  moved();
  request.send(file);
  return { stop: () => request.abort(), done };
}

function outcomeOf({ status }: Pick<XMLHttpRequest, "status">): Failure | null {
  if (status === 201 || status === 200) return null;
  if (status === 415) return { words: KINDS, hopeless: true };
  if (status === 413) return { words: "it is too large", hopeless: true };
  return status === 429 ? { words: "there were too many files at once" } : AWAY;
}
