/** Foyer's own two processes, the workgroup service and the web gateway, each with its environment. */
import { join } from "node:path";
import { createPart, type Part, type Report } from "./part.ts";
import { isAccepted, type Prosody, readVerdict } from "./prosody.ts";
import type { Secrets } from "./secrets.ts";
import { localAddress, ROOT, type Settings } from "./settings.ts";

export type ServiceOptions = {
  settings: Settings;
  secrets: Secrets;
  logDir: string;
  /** Further variables for the two processes, as tests need. */
  env: Record<string, string>;
  supervise?: Report | undefined;
  /** Hears of workgroups that were refused at the start. */
  report?: Report | undefined;
};

/** The workgroup service. It is ready when it is connected and has taken over the workgroups. */
export function createComponent(options: ServiceOptions, databaseUrl: string, prosody: Prosody): Part {
  const { settings, secrets } = options;
  return service("component", "the workgroup service", options, {
    env: {
      XMPP_SERVICE: `xmpp://127.0.0.1:${settings.ports.component}`,
      XMPP_DOMAIN: settings.domain,
      COMPONENT_SECRET: secrets.componentSecret,
      DATABASE_URL: databaseUrl,
      METRICS_PORT: String(settings.ports.componentMetrics),
      ...(settings.mail && { SMTP_URL: settings.mail.url, MAIL_FROM: settings.mail.from }),
      ...(settings.mail?.password && { SMTP_PASSWORD: settings.mail.password }),
    },
    // Even mistaken workgroups are an answer: the service runs, and waits for better ones.
    ready: async (signal) => {
      const said = await readVerdict(prosody, signal);
      if (!isAccepted(said)) options.report?.(["The workgroups cannot be used:", ...said].join("\n  "));
    },
  });
}

/** The web gateway. It is ready when it says so itself. */
export function createWebchat(options: ServiceOptions): Part {
  const { settings, secrets } = options;
  const url = `http://${localAddress(settings.host)}:${settings.ports.http}/health/ready`;
  return service("webchat", "the web gateway", options, {
    env: {
      XMPP_SERVICE: `xmpp://127.0.0.1:${settings.ports.component}`,
      XMPP_DOMAIN: settings.domain,
      COMPONENT_SECRET: secrets.webchatSecret,
      HTTP_PORT: String(settings.ports.http),
      HTTP_HOST: settings.host,
      METRICS_PORT: String(settings.ports.webchatMetrics),
      TOKEN_SECRET: secrets.tokenSecret,
      AGENT_WEBSOCKET_URL: settings.websocketUrl,
      PUBLIC_URL: settings.publicUrl,
      FILE_SERVER: `http://${localAddress(settings.host)}:${settings.ports.prosodyHttp}`,
      MAX_FILE_MB: String(settings.maxFileMb),
    },
    ready: (signal) => untilOk(url, signal),
  });
}

type Own = { env: Record<string, string>; ready: (signal: AbortSignal) => Promise<void> };

function service(folder: "component" | "webchat", name: string, options: ServiceOptions, own: Own): Part {
  return createPart(
    {
      name,
      plan: () => ({
        name: folder,
        command: "/bin/sh",
        args: [join(ROOT, "runtime", "run.sh"), join(ROOT, folder, "main.ts")],
        cwd: ROOT,
        env: {
          ...inherited(),
          NODE: process.execPath,
          LOG_LEVEL: options.settings.logLevel,
          ...own.env,
          ...options.env,
        },
        logFile: join(options.logDir, `${folder}.log`),
        stopSignal: "SIGTERM",
      }),
      ready: (_, signal) => own.ready(signal),
      readyWithinMs: 30_000,
      stopWithinMs: 15_000,
    },
    options.supervise,
  );
}

/** What a process needs of our environment to run at all; the rest is none of its business. */
function inherited(): Record<string, string> {
  const kept = ["PATH", "HOME", "LANG", "TZ", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

async function untilOk(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const response = await fetch(url, { signal }).catch(() => undefined); // Not listening yet.
    await response?.body?.cancel();
    if (response?.ok) return;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
