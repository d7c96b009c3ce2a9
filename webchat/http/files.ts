/** Bundles and pages from folders on disk. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Context, Middleware } from "koa";
import serve from "koa-static";
import { HttpError } from "./errors.ts";

/** A build's own mark in a file name: such a file never changes. */
const HASHED = /-[\w-]{8,}\.(js|css|svg|png|webp|woff2|mp3|ogg|wav)$/;
const FOREVER = "public, max-age=31536000, immutable";
// The loader is named in other people's pages for years: a release must reach them within minutes.
const LOADER = "public, max-age=300";

function cacheControl(path: string): string {
  if (HASHED.test(path)) return FOREVER;
  return path.endsWith(".html") ? "no-cache" : LOADER;
}

/** Serves the files of `root` below the path `prefix`; passes on what is not there. `index` answers the prefix itself. */
export function serveFolder(prefix: string, root: string, index: string | false = false): Middleware {
  const files = serve(root, {
    index,
    setHeaders: (res, path) => void res.setHeader("Cache-Control", cacheControl(path)),
  });
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${prefix}/`)) return next();
    const path = ctx.path;
    ctx.path = path.slice(prefix.length);
    try {
      // Inside, "next" means: no such file. The rest of the application must see the whole path.
      await files(ctx, async () => undefined);
    } finally {
      ctx.path = path;
    }
    if (ctx.body === undefined || ctx.body === null) await next();
  };
}

/**
 * Answers with one file of a bundle.
 * @throws HttpError 503 when it was not built
 */
export async function sendFile(ctx: Context, root: string, file: string): Promise<void> {
  await mustExist(root, file);
  const files = serve(root, { setHeaders: (res, path) => void res.setHeader("Cache-Control", cacheControl(path)) });
  const path = ctx.path;
  ctx.path = `/${file}`;
  try {
    await files(ctx, async () => undefined);
  } finally {
    ctx.path = path;
  }
}

/** @throws HttpError 503 saying what to do */
export async function mustExist(root: string, file: string): Promise<void> {
  try {
    await access(join(root, file));
  } catch {
    const text = "This page was not built: run `npm run build` where the gateway is installed";
    throw new HttpError(503, "not-built", text);
  }
}
