/** A file on its way in: how large it says it is, what it begins with, and then the whole as a stream, counted. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Middleware } from "koa";
import { HttpError } from "./errors.ts";
import { HEAD_BYTES, sniff } from "./sniff.ts";

export type IncomingFile = {
  sizeBytes: number;
  type: string;
  /** All of it. Fails when there are more bytes than were said, fewer, or some that do not belong into a text. */
  body: Readable;
};

/** Nothing came for so long: its sender is gone, or plays for time. Then Node closes the connection. */
const SILENCE_MS = 20_000;

/** What anybody sends besides files is not waited for: the connection ends with the answer. Nor is a file, when it stops. */
export function nothingButFiles(): Middleware {
  return async (ctx, next) => {
    const { "content-length": length = "0", "transfer-encoding": pieces } = ctx.req.headers;
    const hasBody = length !== "0" || pieces !== undefined;
    if (hasBody && /\/files(\/|$)/.test(ctx.path)) ctx.req.socket.setTimeout(SILENCE_MS);
    else if (hasBody) ctx.set("Connection", "close");
    await next();
  };
}

/** "20 MB", for people. The next byte after it is more. */
function words(bytes: number): string {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.ceil(megabytes * 10) / 10} MB`;
}

/**
 * Looks at the head of what `request` brings, and at its first bytes; the rest is not read yet.
 * @throws HttpError 411 without a length, 413 too large, 400 empty or cut off, 415 of a kind that is not taken
 */
export async function receiveFile(request: IncomingMessage, maxBytes: number): Promise<IncomingFile> {
  const length = request.headers["content-length"];
  if (length === undefined) {
    throw new HttpError(411, "length-required", "The size of the file must be said beforehand", CLOSE);
  }
  const sizeBytes = Number(length);
  if (sizeBytes > maxBytes) {
    const text = `This file is ${words(sizeBytes)}; the limit is ${words(maxBytes)}`;
    throw new HttpError(413, "too-large", text, CLOSE);
  }
  if (!(sizeBytes > 0)) throw new HttpError(400, "empty", "This file is empty");
  const rest = request[Symbol.asyncIterator]();
  const head = await readHead(rest, Math.min(sizeBytes, HEAD_BYTES));
  const type = sniff(head, head.byteLength >= sizeBytes);
  if (type === null) {
    request.resume();
    throw new HttpError(415, "type", "Files of this kind cannot be sent");
  }
  return { sizeBytes, type, body: Readable.from(counted(head, rest, sizeBytes, type === "text/plain")) };
}

const CLOSE = { Connection: "close" };
const CUT_OFF = "The file did not arrive whole";

async function readHead(rest: AsyncIterator<Buffer>, enough: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let bytes = 0; bytes < enough; ) {
    const next = await rest.next().catch(() => ({ done: true, value: undefined }));
    if (next.done || next.value === undefined) throw new HttpError(400, "cut-off", CUT_OFF);
    parts.push(next.value);
    bytes += next.value.byteLength;
  }
  return Buffer.concat(parts);
}

async function* counted(
  head: Buffer,
  rest: AsyncIterator<Buffer>,
  sizeBytes: number,
  isText: boolean,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  const pass = (part: Buffer): Buffer => {
    bytes += part.byteLength;
    if (bytes > sizeBytes) throw new HttpError(413, "too-large", "The file is larger than was said", CLOSE);
    if (isText && part.includes(0)) throw new HttpError(415, "type", "Files of this kind cannot be sent", CLOSE);
    return part;
  };
  yield pass(head);
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield pass(next.value);
  if (bytes < sizeBytes) throw new HttpError(400, "cut-off", CUT_OFF);
}
