/** What our pages allow a browser to do, and what every answer says about itself. */
import type { Context, Middleware } from "koa";
import helmet from "koa-helmet";

/**
 * `connect`: addresses besides our own that a page may talk to. Our pages load nothing foreign, run no inline script or
 * style, and are framed by nobody; the widget on other people's pages lives under their policy, not under this one.
 */
export function securityHeaders(connect: readonly string[] = []): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        mediaSrc: ["'self'", "data:"],
        connectSrc: ["'self'", ...connect],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    frameguard: { action: "deny" },
    // The proxy in front of us speaks TLS, and knows whether it always will.
    hsts: false,
    crossOriginOpenerPolicy: { policy: "same-origin" },
    // The page that embeds the widget is known to itself; ours must not leak a visit's address.
    referrerPolicy: { policy: "strict-origin-when-cross-origin" },
  });
}

/** For what the pages of some sites may fetch: takes back what `openToAllSites` gave. `allowed`: the asking page is of one. */
export function openToOneSite(ctx: Context, allowed: boolean): void {
  const { origin } = ctx.req.headers;
  ctx.remove("Access-Control-Allow-Origin");
  ctx.vary("Origin");
  ctx.set("Cross-Origin-Resource-Policy", "same-origin");
  if (allowed && origin !== undefined) ctx.set("Access-Control-Allow-Origin", origin);
}

/** For what foreign pages fetch: the widget's files and a workgroup's card. No cookie exists that could travel with it. */
export const openToAllSites: Middleware = async (ctx, next) => {
  ctx.set("Access-Control-Allow-Origin", "*");
  ctx.set("Cross-Origin-Resource-Policy", "cross-origin");
  await next();
};
