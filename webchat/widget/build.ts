/** Builds the widget; `node webchat/widget/build.ts`, or `buildWidget()` from elsewhere. */
import { join } from "node:path";
import { build } from "vite";
import { widgetConfig } from "./vite.config.ts";

/** Builds into `outDir` (absolute; `dist/widget` of the project when not given). @throws Error also when the result is too heavy */
export async function buildWidget(outDir: string = join(import.meta.dirname, "../../dist/widget")): Promise<void> {
  await build(widgetConfig(outDir));
}

if (import.meta.main) await buildWidget();
