/**
 * Builds the widget into `dist/widget`: `main-<hash>.js` (and a file for each further language) first, then the loader
 * `embed.js`, which has the name of the former inside; `chat.html` and `chat.css` beside them.
 * The build fails when the parts weigh more than their limits.
 */
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, defineConfig, type InlineConfig, type Plugin } from "vite";
import { laterSheet } from "./styles/later-sheet.ts";
import { sheet } from "./styles/sheet.ts";
import { de } from "./texts/de.ts";
import { en, type Texts } from "./texts/en.ts";
import { he } from "./texts/he.ts";

const here = import.meta.dirname;

const shared = (outDir: string): InlineConfig => ({
  root: here,
  base: "./",
  logLevel: "warn",
  publicDir: false,
  resolve: { conditions: ["browser", "production", "module"] },
  build: {
    outDir,
    target: "es2022",
    modulePreload: false,
    minify: true,
    reportCompressedSize: false,
    copyPublicDir: false,
  },
});

/** Takes the air out of the style sheets, which no minifier of scripts looks into. */
const leanStyles: Plugin = {
  name: "lean-styles",
  enforce: "pre",
  transform(code, id) {
    if (!/\/(styles|design)\/[^/]+\.ts$/.test(id)) return null;
    const lean = code.replace(/(Style = `)([^`]*)`/g, (_, open: string, text: string) => `${open}${squeeze(text)}\``);
    return { code: lean, map: null };
  },
};

const squeeze = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,>]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")
    .trim();

/** The panel's style sheet as one text, made here rather than in the browser. */
const oneSheet: Plugin = {
  name: "one-sheet",
  enforce: "pre",
  load(id) {
    if (id.endsWith("/styles/sheet.ts")) return `export const sheet = ${JSON.stringify(lean)};`;
    if (id.endsWith("/styles/later-sheet.ts")) return `export const laterSheet = ${JSON.stringify(leanLater())};`;
    return null;
  },
};

const lean = leanTokens(sheet);

/** What is loaded later bears the same short names. @throws Error for a token that the panel's own sheet has not */
function leanLater(): string {
  const [, later = ""] = leanTokens(`${sheet} .later { order: 0 } ${laterSheet}`).split(".later{order:0}");
  const missing = [...later.matchAll(/var\((--\w+)\)/g)].filter(([, name]) => !lean.includes(`${name}:`));
  if (missing.length > 0)
    throw new Error(`what is loaded later has a look that uses what the panel has not: ${missing.join()}`);
  return later;
}

/** Tokens that no rule uses go, those with one value become that value, the others get short names; no page may see them. */
function leanTokens(text: string): string {
  // The widget has the theme of the reader's system.
  const lean = squeeze(text)
    .replace(/:host\(\[data-theme=dark\]\)\{[^}]*\}/, "")
    .replace(":host(:not([data-theme=light]))", ":host");
  const declared = [...lean.matchAll(/(?<=[{;])--([\w-]+):([^;}]*)/g)];
  const names = [...new Set(declared.map(([, name = ""]) => name))];
  const fixed = new Map<string, string>();
  for (const name of names) {
    const [first, second] = declared.filter(([, one]) => one === name);
    if (first?.[2] && !second) fixed.set(name, first[2]);
  }
  const isUsed = (name: string): boolean => !fixed.has(name) && lean.includes(`var(--${name})`);
  return lean
    .replace(/(?<=[{;])--([\w-]+):[^;}]*;?/g, (rule, name: string) => (isUsed(name) ? rule : ""))
    .replace(/var\(--([\w-]+)\)/g, (use, name: string) => fixed.get(name) ?? use)
    .replace(/--([\w-]+)(?=[:)])/g, (own, name: string) =>
      names.includes(name) ? `--${names.indexOf(name).toString(36)}` : own,
    );
}

/**
 * Takes the indentation out of templates. After minifying the only line breaks left are those of template literals;
 * Lit's own hold no indentation.
 */
const leanTemplates: Plugin = {
  name: "lean-templates",
  generateBundle(_, bundle) {
    for (const one of Object.values(bundle)) {
      if (one.type === "chunk")
        one.code = one.code.replace(
          /([>}`])?\n {2,}([<$])?/g,
          (_, before = "", after = "") => before + (before && after ? "" : " ") + after,
        );
    }
  },
};

const LAUNCHER_KEYS = ["launcher.label", "launcher.wait", "availability.closed", "availability.no-agents"] as const;

/** What the loader says, from the one catalogue. */
const launcherWords = (texts: Texts) => Object.fromEntries(LAUNCHER_KEYS.map((key) => [key, texts[key]]));
const words = {
  ENGLISH: launcherWords(en),
  OTHERS: { de: launcherWords(de), he: launcherWords(he) },
};

/** When the chat is written: the loader, which names it, and the weighing. */
const loaderAfter = (outDir: string): Plugin => ({
  name: "loader",
  async writeBundle(_, bundle) {
    const main = Object.values(bundle).find((one) => one.type === "chunk" && one.isEntry);
    if (!main) throw new Error("the widget's build has no entry");
    const config = shared(outDir);
    await build({
      ...config,
      configFile: false,
      define: {
        MAIN: `"widget/${main.fileName}"`,
        ENGLISH: JSON.stringify(words.ENGLISH),
        OTHERS: JSON.stringify(words.OTHERS),
      },
      plugins: [leanStyles, leanTemplates],
      build: {
        ...config.build,
        emptyOutDir: false,
        rolldownOptions: { input: join(here, "embed.ts"), output: { format: "iife", entryFileNames: "embed.js" } },
      },
    });
    for (const file of ["chat.html", "chat.css"]) copyFileSync(join(here, file), join(outDir, file));
    checkSizes(outDir, main.fileName);
  },
});

/** Most bytes of `embed.js`, and of it together with the chat; gzip. */
const LIMITS = { embed: 2_000, widget: 25_000 };

/** Weighs what an English reader loads, as it travels, and prints it. @throws Error when one is over its limit */
function checkSizes(outDir: string, main: string): void {
  const weigh = (file: string): number => gzipSync(readFileSync(join(outDir, file)), { level: 9 }).length;
  const embed = weigh("embed.js");
  if (/\bimport\s*["{*]/.test(readFileSync(join(outDir, main), "utf8")))
    throw new Error("a part that is loaded later shares code with the chat, which was cut in two for it");
  const sizes = { embed, widget: embed + weigh(main) };
  console.log(
    `widget: embed.js ${sizes.embed} bytes of ${LIMITS.embed}, in all ${sizes.widget} bytes of ${LIMITS.widget} (gzip)`,
  );
  for (const part of ["embed", "widget"] as const) {
    if (sizes[part] > LIMITS[part])
      throw new Error(`the ${part} weighs ${sizes[part]} bytes; the limit is ${LIMITS[part]}`);
  }
}

/** The whole build. @param outDir absolute */
export function widgetConfig(outDir: string): InlineConfig {
  const config = shared(outDir);
  return {
    ...config,
    configFile: false,
    plugins: [oneSheet, leanStyles, leanTemplates, loaderAfter(outDir)],
    build: {
      ...config.build,
      emptyOutDir: true,
      // As a library: an entry with exports, and no preloading of what is loaded later.
      lib: { entry: join(here, "main.ts"), formats: ["es"] },
      rolldownOptions: {
        output: { entryFileNames: "main-[hash].js", chunkFileNames: "[name]-[hash].js", minify: true },
      },
    },
  };
}

export default defineConfig(widgetConfig(join(here, "../../dist/widget")));
