/** Reads the text that monitoring is given. */

/** `labels` as they stand, `{a="b"}`; empty when there are none. */
export type Sample = { name: string; labels: string; value: number };

/** All samples, in their order. Throws at a line that is none. */
export function samplesOf(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value = ""] = /^([a-z_]+[a-z0-9_]*)(\{[^}]*\})? ([^ ]+)/i.exec(line) ?? [];
      if (name === "") throw new Error(`not a sample: ${line}`);
      return { name, labels, value: Number(value.replace("+Inf", "Infinity")) };
    });
}
