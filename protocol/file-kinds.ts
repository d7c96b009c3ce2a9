/** Which files may be sent, and what they may be called. The same for visitors, agents' workspace and gateway; pure. */

/** The types that are taken, each with the endings a name may have; the first is put on where none of them is. */
export const FILE_KINDS: Readonly<Record<string, readonly string[]>> = {
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
  "text/plain": ["txt", "log", "csv", "md"],
};

/** Longest name, in code points. */
export const MAX_FILE_NAME = 100;

// Control, format (zero width, bidirectional), private, unassigned and surrogate characters; line and paragraph separators.
const UNFIT = /[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu;

/**
 * A name that is a name and nothing else: no path, nothing invisible, no dot in front, at most 100 characters, and an ending
 * that goes with `type`, so that nobody's system takes it for something that runs. "file" when nothing is left.
 */
export function cleanFileName(name: string, type: string): string {
  const last = name.normalize("NFC").replace(/^.*[/\\]/su, "");
  const clean = last
    .replace(/\s+/gu, " ")
    .replace(UNFIT, "")
    .replace(/^[. ]+|[. ]+$/gu, "");
  const endings = FILE_KINDS[type] ?? [];
  const ending = endingOf(clean);
  const fits = endings.includes(ending.toLowerCase());
  const stem = fits ? clean.slice(0, -ending.length - 1) : clean;
  const tail = fits ? `.${ending}` : endings[0] === undefined ? "" : `.${endings[0]}`;
  const short = [...stem].slice(0, MAX_FILE_NAME - tail.length).join("");
  return `${short.trim() === "" ? "file" : short}${tail}`;
}

/** What stands after the last dot; empty when there is no name before it. */
const endingOf = (name: string): string => /[^.]\.([^. ]{1,10})$/u.exec(name)?.[1] ?? "";

/** The type that a name's ending promises; undefined for one that is not taken. */
export function typeOfName(name: string): string | undefined {
  const ending = endingOf(name).toLowerCase();
  return Object.keys(FILE_KINDS).find((type) => FILE_KINDS[type]?.includes(ending));
}

/** Whether a page may draw it as a picture. */
export const isImage = (type: string | undefined): boolean => type?.startsWith("image/") === true && type in FILE_KINDS;
