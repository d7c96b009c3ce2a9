/**
 * Files. A visitor's page sends one to `POST /workgroups/<name>/files?name=…` with its token, and then says it as a line.
 * Everybody fetches files at `/files/<slot>/<name>`, and agents' clients put theirs there (XEP-0363): an address that nobody
 * can guess is all one needs. They lie at the XMPP server, and pass through here, where each is looked into, both ways.
 */
import { Readable } from "node:stream";
import Router, { type RouterContext } from "@koa/router";
import { cleanFileName, isImage } from "../../protocol/file-kinds.ts";
import type { SharedFile } from "../../protocol/shared-file.ts";
import type { Slot, WantedSlot } from "../../protocol/upload-slot.ts";
import type { AddressOf } from "../http/address.ts";
import { HttpError } from "../http/errors.ts";
import { type FilePlace, type FileServer, placeOf } from "../http/file-server.ts";
import { receiveFile } from "../http/incoming-file.ts";
import type { Doing, Limits, Who } from "../http/limits.ts";
import { mayEmbed } from "../http/origins.ts";
import { NOT_FOR_THIS_PAGE, TOO_FAST } from "../http/refusals.ts";
import { openToAllSites, openToOneSite } from "../http/security.ts";
import { HEAD_BYTES, sniff } from "../http/sniff.ts";
import type { Tickets } from "../http/ticket.ts";
import type { Tokens } from "../http/token.ts";
import type { FindWorkgroup } from "./workgroups.ts";

export type FileDeps = {
  find: FindWorkgroup;
  limits: Limits;
  addressOf: AddressOf;
  tokens: Tokens;
  tickets: Tickets;
  server: FileServer;
  maxBytes: number;
  /** Whether a talk of this visit goes on, in this workgroup. */
  isTalking(visit: string, workgroup: string): boolean;
  /** A place for the visitor's file, or why there is none. */
  askSlot(visit: string, wanted: WantedSlot): Promise<Slot | "quota" | "too-large" | "type" | "unavailable">;
};

export function fileRoutes(deps: FileDeps): Router {
  const router = new Router();
  router.options("/workgroups/:workgroup/files", openToAllSites, (ctx) => mayAsk(ctx, "POST"));
  router.post("/workgroups/:workgroup/files", openToAllSites, (ctx) => takeVisitors(ctx, deps));
  router.options("/files/:slot/:name", openToAllSites, (ctx) => mayAsk(ctx, "GET, HEAD, PUT"));
  router.get("/files/:slot/:name", openToAllSites, (ctx) => give(ctx, deps));
  router.put("/files/:slot/:name", openToAllSites, (ctx) => takeAgents(ctx, deps));
  return router;
}

/** A browser asks so before it lets a page of another site send anything. */
function mayAsk(ctx: RouterContext, methods: string): void {
  ctx.set("Access-Control-Allow-Methods", methods);
  ctx.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  ctx.set("Access-Control-Max-Age", "600");
  ctx.status = 204;
}

/** 201 with `{ ticket, file }`: the page says the ticket in a line. */
async function takeVisitors(ctx: RouterContext, deps: FileDeps): Promise<void> {
  const { tokens, tickets, isTalking, askSlot, maxBytes, server } = deps;
  const workgroup = (ctx.params.workgroup ?? "").toLowerCase();
  ctx.set("Access-Control-Expose-Headers", "Retry-After");
  await checkOrigin(ctx, workgroup, deps);
  const claims = await tokens.verify(bearer(ctx) ?? "", workgroup);
  if (claims === null) throw new HttpError(401, "bad-token", "This token is not good here");
  const { visit } = claims;
  pay(deps, "uploads", { visit, address: deps.addressOf(ctx.req), workgroup });
  if (!isTalking(visit, workgroup)) {
    throw new HttpError(409, "not-in-session", "There is no conversation to send this in");
  }
  const { sizeBytes: size, type, body } = await receiveFile(ctx.req, maxBytes);
  const { name: asked } = ctx.query;
  const name = cleanFileName(typeof asked === "string" ? asked : "", type);
  const slot = await askSlot(visit, { name, size, type });
  if (typeof slot === "string") throw noSlot(slot);
  const place = placeOf(new URL(slot.put).pathname);
  if (place === null) throw noSlot("unavailable");
  await server.put(place, { sizeBytes: size, type, body }, slot.headers.authorization ?? "");
  const file: SharedFile = { url: slot.get, name, type, size };
  ctx.status = 201;
  ctx.set("Cache-Control", "no-store");
  ctx.body = { ticket: tickets.issue(visit, file), file };
}

async function checkOrigin(ctx: RouterContext, workgroup: string, { find }: FileDeps): Promise<void> {
  const found = await find(workgroup, "");
  // A workgroup that was taken out is not to be found any more, and its talks go on.
  if (!found.found || found.origins.length === 0) return;
  const allowed = mayEmbed(ctx.req.headers, found.origins);
  openToOneSite(ctx, allowed);
  if (!allowed) throw new HttpError(403, "origin-not-allowed", NOT_FOR_THIS_PAGE);
}

function noSlot(why: Exclude<Awaited<ReturnType<FileDeps["askSlot"]>>, Slot>): HttpError {
  if (why === "quota")
    return new HttpError(429, "quota", "No more files can be taken today", { "Retry-After": "3600" });
  if (why === "too-large") return new HttpError(413, "too-large", "This file is too large");
  if (why === "type") return new HttpError(415, "type", "Files of this kind cannot be sent");
  return new HttpError(503, "unavailable", "The service cannot be reached just now", { "Retry-After": "5" });
}

/** The server knows by the token who was given the address; what is sent there is looked into here, as a visitor's is. */
async function takeAgents(ctx: RouterContext, deps: FileDeps): Promise<void> {
  pay(deps, "files", { address: deps.addressOf(ctx.req) });
  const place = wanted(ctx);
  const token = bearer(ctx);
  if (token === undefined)
    throw new HttpError(401, "bad-token", "A file is put only where the server has given a slot");
  const file = await receiveFile(ctx.req, deps.maxBytes);
  const said = ctx.get("Content-Type").replace(/;.*$/, "").trim().toLowerCase();
  if (said !== "" && said !== "application/octet-stream" && said !== file.type) {
    throw new HttpError(415, "type", "The file is not of the kind that was said");
  }
  await deps.server.put(place, file, `Bearer ${token}`);
  ctx.status = 201;
  ctx.body = "";
}

async function give(ctx: RouterContext, deps: FileDeps): Promise<void> {
  pay(deps, "files", { address: deps.addressOf(ctx.req) });
  const answer = await deps.server.get(wanted(ctx));
  const { "content-length": length, "content-disposition": named = "" } = answer.headers;
  const parts = answer[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES; bytes += head.at(-1)?.byteLength ?? 0) {
    const next = await parts.next();
    if (next.done) break;
    head.push(next.value);
  }
  const begin = Buffer.concat(head);
  // Whoever put it there, by whatever way: it is shown as what it is.
  const type = sniff(begin, begin.byteLength === Number(length)) ?? "application/octet-stream";
  const name = cleanFileName(decoded(/filename\*=UTF-8''([^;]+)/i.exec(named)?.[1] ?? ""), type);
  const ending = type === "application/octet-stream" ? ".bin" : "";
  ctx.set({
    "Content-Type": type === "text/plain" ? "text/plain; charset=utf-8" : type,
    "Content-Disposition": `${isImage(type) ? "inline" : "attachment"}; filename*=UTF-8''${encodeRfc5987(name + ending)}`,
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=86400, immutable",
  });
  if (length !== undefined) ctx.set("Content-Length", length);
  ctx.body = Readable.from(whole(begin, parts));
  if (ctx.method === "HEAD") answer.destroy();
}

async function* whole(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    // Whoever fetched it is gone: then the rest is not fetched either.
    await rest.return?.();
  }
}

function wanted(ctx: RouterContext): FilePlace {
  // As it stands in the address: what is decoded once must not be encoded anew in another way.
  const place = placeOf(ctx.req.url?.replace(/[?#].*$/, "") ?? "");
  if (place === null) throw new HttpError(404, "not-found", "There is no such file");
  return place;
}

function pay(
  { limits }: FileDeps,
  doing: Extract<Doing, "uploads" | "files">,
  who: Partial<Record<Who, string>>,
): void {
  const waitS = limits.take(doing, who);
  if (waitS > 0) throw new HttpError(429, "too-fast", TOO_FAST, { "Retry-After": String(waitS) });
}

const bearer = (ctx: RouterContext): string | undefined =>
  /^Bearer ([\w.~+/=-]+)$/i.exec(ctx.get("Authorization"))?.[1];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encodeRfc5987 = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
