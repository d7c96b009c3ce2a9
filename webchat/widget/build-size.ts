/** Weighs the widget as it travels: gzip, the loader alone and with everything an English reader loads. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Most bytes of `embed.js`, and of it together with the chat; gzip. */
export const LIMITS = { embed: 2_000, widget: 25_000 };

/** Prints the sizes. @throws Error when one is over its limit */
export function checkSizes(outDir: string, main: string): { embed: number; widget: number } {
  const weigh = (file: string): number => gzipSync(readFileSync(join(outDir, file)), { level: 9 }).length;
  const embed = weigh("embed.js");
  const sizes = { embed, widget: embed + weigh(main) };
  console.log(
    `widget: embed.js ${sizes.embed} bytes of ${LIMITS.embed}, in all ${sizes.widget} bytes of ${LIMITS.widget} (gzip)`,
  );
  for (const part of ["embed", "widget"] as const) {
    if (sizes[part] > LIMITS[part])
      throw new Error(`the ${part} weighs ${sizes[part]} bytes; the limit is ${LIMITS[part]}`);
  }
  return sizes;
}
