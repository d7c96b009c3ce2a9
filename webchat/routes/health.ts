/** GET /health/live: the process answers. GET /health/ready: it can serve visitors; 503 with the reason while it cannot. */
import Router from "@koa/router";

/** Why the gateway cannot serve; null when it can. */
export type Readiness = () => string | null;

export function healthRoutes(notReady: Readiness): Router {
  const router = new Router({ prefix: "/health" });
  router.get("/live", (ctx) => {
    ctx.set("Cache-Control", "no-store");
    ctx.body = { status: "live" };
  });
  router.get("/ready", (ctx) => {
    const reason = notReady();
    ctx.set("Cache-Control", "no-store");
    ctx.status = reason === null ? 200 : 503;
    ctx.body = reason === null ? { status: "ready" } : { error: { code: "not-ready", text: reason } };
  });
  return router;
}
