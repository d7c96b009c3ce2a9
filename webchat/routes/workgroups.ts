/** GET /workgroups/:name?lang=xx: what a page may know of a workgroup before anybody acts. For pages of the sites it allows. */
import Router from "@koa/router";
import type { WorkgroupView } from "../../protocol/visitor-api.ts";
import type { AddressOf } from "../http/address.ts";
import { HttpError } from "../http/errors.ts";
import type { Limits } from "../http/limits.ts";
import { mayEmbed } from "../http/origins.ts";
import { NOT_FOR_THIS_PAGE, TOO_FAST } from "../http/refusals.ts";
import { openToAllSites, openToOneSite } from "../http/security.ts";

/** In seconds: how old a page's knowledge of a workgroup may be. */
export const VIEW_AGE_S = 5;

export type ViewAnswer =
  | { found: true; view: WorkgroupView; origins: readonly string[] }
  | { found: false; why: "unknown" | "unreachable" };
/** Looks a workgroup up; never throws for a workgroup that is not there or a link that is down. */
export type FindWorkgroup = (name: string, lang: string) => Promise<ViewAnswer>;

export type LookupDeps = { find: FindWorkgroup; limits: Limits; addressOf: AddressOf; maxFileBytes: number };

export function workgroupRoutes({ find, limits, addressOf, maxFileBytes }: LookupDeps): Router {
  const router = new Router({ prefix: "/workgroups" });
  router.get("/:name", openToAllSites, async (ctx) => {
    const waitS = limits.take("lookups", { address: addressOf(ctx.req) });
    if (waitS > 0) throw new HttpError(429, "too-fast", TOO_FAST, { "Retry-After": String(waitS) });
    const { lang } = ctx.query;
    const answer = await find(ctx.params.name ?? "", typeof lang === "string" ? lang : "");
    if (!answer.found) {
      if (answer.why === "unknown") throw new HttpError(404, "unknown-workgroup", "There is no such workgroup");
      throw new HttpError(503, "unavailable", "The service cannot be reached just now", { "Retry-After": "5" });
    }
    const { origins } = answer;
    if (origins.length > 0) {
      const allowed = mayEmbed(ctx.req.headers, origins);
      openToOneSite(ctx, allowed);
      if (!allowed) throw new HttpError(403, "origin-not-allowed", NOT_FOR_THIS_PAGE);
    }
    ctx.set("Cache-Control", `public, max-age=${VIEW_AGE_S}`);
    ctx.body = { ...answer.view, maxFileBytes };
  });
  return router;
}
