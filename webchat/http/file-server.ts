/** The server's own store of files (XEP-0363), as we pass files to it and fetch them from it. */
import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HttpError } from "./errors.ts";

/** Below our own address, and below the server's. */
export const FILES_PATH = "/files";

/** Where one file is: its slot, and the name in its address as it stands there, percent-encoded. */
export type FilePlace = { slot: string; name: string };

export type FileServer = {
  /** Puts a file into its slot. @throws HttpError with the server's refusal */
  put(
    place: FilePlace,
    file: { sizeBytes: number; type: string; body: Readable },
    authorization: string,
  ): Promise<void>;
  /** The server's answer, its body not read yet. @throws HttpError 404, or 503 when it does not answer */
  get(place: FilePlace): Promise<IncomingMessage>;
};

/** No answer for so long, and it is away. */
const PATIENCE_MS = 20_000;
const AWAY = (): HttpError =>
  new HttpError(503, "unavailable", "Files cannot be sent or fetched just now", { "Retry-After": "5" });

/** `address` is the server's HTTP port, `host` the name under which it keeps files. */
export function createFileServer(address: string, host: string): FileServer {
  const urlOf = ({ slot, name }: FilePlace): URL => new URL(`${FILES_PATH}/${slot}/${name}`, address);

  function ask(method: string, place: FilePlace, headers: Record<string, string | number>, body?: Readable) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const asked = request(urlOf(place), { method, headers: { ...headers, Host: host }, timeout: PATIENCE_MS }, resolve);
    asked.on("timeout", () => asked.destroy(AWAY()));
    asked.on("error", (error) => reject(error instanceof HttpError ? error : AWAY()));
    if (!body) asked.end();
    else
      pipeline(body, asked).catch((error: unknown) => {
        // What is wrong with the file weighs more than what became of the request for it.
        reject(error instanceof HttpError ? error : AWAY());
        asked.destroy();
      });
    return promise;
  }

  return {
    async put(place, { sizeBytes, type, body }, authorization) {
      const headers = { Authorization: authorization, "Content-Type": type, "Content-Length": sizeBytes };
      const { statusCode: status = 0 } = drained(await ask("PUT", place, headers, body));
      if (status === 201 || status === 200) return;
      if (status === 409) throw new HttpError(409, "taken", "There is a file at this address already");
      if (status === 413) throw new HttpError(413, "too-large", "The file is not of the size that was said");
      if (status === 401 || status === 400 || status === 410)
        throw new HttpError(401, "bad-token", "This address was given to nobody, or too long ago");
      throw AWAY();
    },
    async get(place) {
      const answer = await ask("GET", place, {});
      if (answer.statusCode === 200) return answer;
      drained(answer);
      const gone = answer.statusCode === 404 || answer.statusCode === 410;
      throw gone ? new HttpError(404, "not-found", "There is no such file (any more)") : AWAY();
    },
  };
}

const drained = (answer: IncomingMessage): IncomingMessage => answer.resume();

/** Reads a path of ours or of an address of ours: `/files/<slot>/<name>`. Null for anything else. */
export function placeOf(path: string): FilePlace | null {
  const [, slot, name] = /^\/files\/([\w-]{8,64})\/([^/?#\s]{1,900})$/.exec(path) ?? [];
  return slot === undefined || name === undefined || /^\.{1,2}$|%(?:2e|2f|5c|00)/i.test(name) ? null : { slot, name };
}
