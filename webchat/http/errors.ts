/** Failures on HTTP, always answered as `{ "error": { "code", "text" } }`. */
import type { Context, Middleware } from "koa";

/** A refusal with its status; `text` is for people and may be shown. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, text: string, headers: Record<string, string> = {}) {
    super(text);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** What the error middleware needs of a log. */
export type ErrorLog = { error(phrase: string, fields?: Record<string, unknown>): void };

/** The outermost middleware: turns every failure, and every answer nobody gave, into JSON. */
export function errorsAsJson(log: ErrorLog): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      answerFailure(ctx, error, log);
      return;
    }
    if (ctx.body !== undefined && ctx.body !== null) return;
    if (ctx.status === 404) answer(ctx, 404, "not-found", "There is nothing at this address");
    else if (ctx.status === 405) answer(ctx, 405, "method-not-allowed", `${ctx.method} is not possible here`);
    else if (ctx.status === 501) answer(ctx, 501, "not-implemented", `${ctx.method} is not known here`);
  };
}

function answerFailure(ctx: Context, error: unknown, log: ErrorLog): void {
  if (error instanceof HttpError) {
    ctx.set(error.headers);
    return answer(ctx, error.status, error.code, error.message);
  }
  // Koa and its middleware throw errors with a status of their own, such as a path that cannot be decoded.
  const status = statusOf(error);
  if (status >= 400 && status < 500) return answer(ctx, status, "bad-request", "The request cannot be understood");
  log.error("a request failed", { error, method: ctx.method, path: ctx.path });
  answer(ctx, 500, "internal-error", "Something went wrong on our side");
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !("status" in error)) return 500;
  return typeof error.status === "number" ? error.status : 500;
}

function answer(ctx: Context, status: number, code: string, text: string): void {
  ctx.status = status;
  ctx.body = { error: { code, text } };
}
