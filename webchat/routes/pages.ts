/**
 * The pages and bundles: /chat/<workgroup>, /embed.js, /widget/*, /demo/*, /agent/*.
 * The widget's files are open to every site; the pages are ours alone.
 */
import Router from "@koa/router";
import type Koa from "koa";
import { HttpError } from "../http/errors.ts";
import { mustExist, sendFile, serveFolder } from "../http/files.ts";
import { openToAllSites, securityHeaders } from "../http/security.ts";

/** What the agent UI must know to sign in. `websocket` is the server's, RFC 7395. */
export type AgentConfig = {
  domain: string;
  websocket: string;
  workgroupService: string;
  /** The gateway's own address, which files' addresses begin with; and how large a file may be. */
  files: string;
  maxFileBytes: number;
};
export type Pages = {
  /** Folders on disk. */
  widget: string;
  demo: string;
  agent: string;
  agentConfig: AgentConfig;
};

export function mountPages(app: Koa, { widget, demo, agent, agentConfig }: Pages): void {
  // Strict: "/agent" and "/agent/" are two addresses, the first leads to the second.
  const ours = new Router({ strict: true });
  ours.get("/chat/:workgroup", (ctx) => sendFile(ctx, widget, "chat.html"));
  ours.get("/demo", (ctx) => moved(ctx.request.URL.search, "/demo/", ctx));

  const open = new Router();
  open.get("/embed.js", openToAllSites, (ctx) => sendFile(ctx, widget, "embed.js"));

  const agents = new Router({ strict: true });
  const toServer = securityHeaders([new URL(agentConfig.websocket).origin]);
  agents.get("/agent", (ctx) => moved(ctx.request.URL.search, "/agent/", ctx));
  agents.get("/agent/config.json", (ctx) => {
    ctx.set("Cache-Control", "no-cache");
    ctx.body = agentConfig;
  });

  app.use(open.routes()).use(open.allowedMethods());
  app.use(only("/widget/", openToAllSites)).use(serveFolder("/widget", widget));
  app.use(ours.routes()).use(ours.allowedMethods());
  app.use(serveFolder("/demo", demo, "index.html"));
  app.use(only("/agent/", toServer));
  app.use(agents.routes()).use(agents.allowedMethods());
  app.use(serveFolder("/agent", agent, "index.html"));
  app.use(agentShell(agent));
}

/** Every address below /agent/ that is no file is a place within the one page. */
function agentShell(agent: string): Koa.Middleware {
  return async (ctx, next) => {
    const asksForPage = ctx.path.startsWith("/agent/") && (ctx.method === "GET" || ctx.method === "HEAD");
    if (!asksForPage) return next();
    if (/\.\w+$/.test(ctx.path)) {
      await mustExist(agent, "index.html");
      throw new HttpError(404, "not-found", "There is no such file");
    }
    await sendFile(ctx, agent, "index.html");
  };
}

function only(prefix: string, middleware: Koa.Middleware): Koa.Middleware {
  return (ctx, next) => (ctx.path.startsWith(prefix) ? middleware(ctx, next) : next());
}

// To a constant path of our own, never to one from the request.
function moved(search: string, path: string, ctx: Koa.Context): void {
  ctx.status = 308;
  ctx.set("Location", `${path}${search}`);
  ctx.body = { moved: path };
}
