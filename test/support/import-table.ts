/** Who may import whom, as data, and the reading of import lines that checks it. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, posix, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * `of` is a folder or file, `may` what it may import beside itself: folders or files of ours, npm packages, "node" for what
 * Node brings, "packages" for all of npm. `types` may be imported with `import type` only. The longest `of` that fits a file
 * is the one that counts; `alone` takes away what lies beside it in its own folder.
 */
export type Rule = { of: string; may: string[]; types?: string[]; alone?: boolean };

export const TABLE: Rule[] = [
  { of: "protocol/xml.ts", may: ["@xmpp/xml", "protocol"] },
  { of: "protocol", may: [] },
  { of: "runtime", may: ["protocol", "@xmpp/component", "pino", "prom-client", "zod", "node"] },
  { of: "design", may: ["lit"] },

  { of: "component/domain", may: [], types: ["protocol"] },
  {
    of: "component/dialogue",
    may: ["protocol", "component/domain", "component/texts", "component/commands", "component/features/deps.ts"],
    types: ["runtime"],
  },
  { of: "component/texts", may: [] },
  {
    of: "component/commands",
    may: ["protocol", "component/domain", "component/texts", "component/features/deps.ts"],
  },
  ...["chat-messages", "ad-hoc", "discovery", "workgroup-form"].map((name) => ({
    of: `component/features/${name}.ts`,
    may: [
      "protocol",
      "runtime",
      "component/domain",
      "component/commands",
      "component/dialogue",
      "component/features/deps.ts",
    ],
    alone: true,
  })),
  { of: "component/store", may: ["pg"], types: ["component/domain"] },
  { of: "component/features/index.ts", may: ["component/features", "runtime"] },
  // What features ask of storage, in types alone.
  { of: "component/features/stores.ts", may: [], types: ["protocol", "component/domain"], alone: true },
  // deps.ts says what arrives from outside; it is no feature, and the one file that features share.
  {
    of: "component/features/deps.ts",
    may: ["protocol", "runtime", "component/domain", "component/features/stores.ts"],
    types: ["component/dialogue", "component/commands"],
    alone: true,
  },
  {
    of: "component/features/visitor-dialogue.ts",
    may: [
      "protocol",
      "runtime",
      "component/domain",
      "component/dialogue",
      "component/texts",
      "component/features/deps.ts",
      // Who finds nobody there may leave a message, in words as well as by the form.
      "component/features/messages.ts",
    ],
    alone: true,
  },
  {
    of: "component/features",
    may: ["protocol", "runtime", "component/domain", "component/features/deps.ts"],
    alone: true,
  },
  {
    of: "component/engine",
    may: ["protocol", "runtime", "component/domain", "component/store", "component/dialogue", "component/texts"],
  },
  { of: "component", may: ["protocol", "runtime", "migrations", "node", "packages"] },

  { of: "webchat/domain", may: [], types: ["protocol"] },
  { of: "webchat/xmpp", may: ["protocol", "runtime", "webchat/domain"] },
  { of: "webchat/visits.ts", may: ["protocol", "runtime", "webchat/domain", "webchat/xmpp"] },
  {
    of: "webchat/routes",
    may: [
      "koa",
      "@koa/router",
      "ws",
      "node",
      "protocol/visitor-api.ts",
      "protocol/file-kinds.ts",
      "webchat/http",
      "runtime/buckets.ts",
    ],
    types: ["webchat/domain", "protocol"],
  },
  {
    of: "webchat/http",
    may: [
      "koa",
      "@koa/router",
      "koa-helmet",
      "koa-static",
      "ws",
      "jose",
      "node",
      "protocol/visitor-api.ts",
      "runtime/buckets.ts",
    ],
    types: ["webchat/domain", "protocol"],
  },
  { of: "webchat/widget/vite.config.ts", may: ["vite", "node"] },
  { of: "webchat/widget", may: ["lit", "design", "protocol/visitor-api.ts", "protocol/file-kinds.ts"] },
  { of: "webchat", may: ["protocol", "runtime", "node", "packages"] },

  { of: "agent-ui/state", may: [], types: ["protocol"] },
  { of: "agent-ui/xmpp", may: ["protocol", "@xmpp/client", "agent-ui/state"] },
  {
    of: "agent-ui/elements",
    may: ["lit", "design", "agent-ui/state", "agent-ui/styles", "protocol/file-kinds.ts"],
  },
  { of: "agent-ui/styles", may: ["lit", "design"] },
  { of: "agent-ui/vite.config.ts", may: ["vite", "node"] },
  { of: "agent-ui", may: ["protocol", "design", "lit"] },

  { of: "migrations", may: ["node-pg-migrate", "node"] },
  { of: "stack", may: ["protocol", "runtime", "migrations", "node", "packages"] },
];

export type Import = { target: string; typeOnly: boolean };

/** The imports, re-exports and literal dynamic imports of a source text. Relative ones are given as paths from the root. */
export function importsOf(file: string, source: string): Import[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s)?([\w\s{},*$]*?from\s+)?"([^"\n]+)"/gm);
  const dynamic = code.matchAll(/\bimport\(\s*"([^"\n]+)"/g);
  return [
    ...[...statements].map(([, type, names, target = ""]) => ({
      target: resolveTarget(file, target),
      typeOnly: type !== undefined || onlyTypes(names),
    })),
    ...[...dynamic].map(([, target = ""]) => ({ target: resolveTarget(file, target), typeOnly: false })),
  ];
}

/** `{ type A, type B }` brings nothing at run time either. */
function onlyTypes(names: string | undefined): boolean {
  const list =
    /\{([^}]*)\}/
      .exec(names ?? "")?.[1]
      ?.split(",")
      .map((name) => name.trim()) ?? [];
  const given = list.filter((name) => name !== "");
  return given.length > 0 && given.every((name) => name.startsWith("type "));
}

function resolveTarget(file: string, target: string): string {
  if (target.startsWith(".")) return posix.normalize(posix.join(posix.dirname(file), target));
  if (target.startsWith("node:")) return "node";
  const [scope = "", name] = target.split("/");
  return scope.startsWith("@") && name !== undefined ? `${scope}/${name}` : scope;
}

/** What is wrong with the imports of one file, a sentence each. */
export function breaches(file: string, source: string, table: Rule[] = TABLE): string[] {
  const rule = table.filter(({ of }) => isWithin(file, of)).sort((a, b) => b.of.length - a.of.length)[0];
  if (rule === undefined) return [`${file}: no rule says what it may import`];
  return importsOf(file, source)
    .filter((one) => !allowed(rule, one))
    .map(({ target, typeOnly }) => {
      const types = rule.types?.some((own) => isWithin(target, own)) && !typeOnly;
      return `${file}: ${rule.of} may not import ${types ? "values of " : ""}${target}`;
    });
}

function allowed(rule: Rule, { target, typeOnly }: Import): boolean {
  const isOurs = OUR_FOLDERS.some((folder) => isWithin(target, folder)) || target.endsWith(".json");
  if (!rule.alone && isWithin(target, rule.of.replace(/\/[^/]+\.ts$/, ""))) return true;
  if (rule.may.some((own) => isWithin(target, own))) return true;
  if (rule.may.includes("packages") && !isOurs && target !== "node") return true;
  return typeOnly && (rule.types ?? []).some((own) => isWithin(target, own));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Folders whose files must keep to the table. bench and test look at everything. */
export const OUR_FOLDERS = ["protocol", "runtime", "design", "component", "webchat", "agent-ui", "migrations", "stack"];

/** All sources that must keep to the table, by path from the root. */
export async function sources(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of OUR_FOLDERS.filter((name) => existsSync(join(ROOT, name)))) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|mjs|js)$/.test(entry.name) || entry.name.endsWith(".d.ts")) continue;
      const path = join(entry.parentPath, entry.name);
      found.set(path.slice(ROOT.length + 1), await readFile(path, "utf8"));
    }
  }
  return found;
}
