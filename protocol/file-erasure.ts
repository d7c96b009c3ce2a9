/** Files are taken from the server's store before their time: asked by the workgroup service, of mod_foyer_files. */
import { NS_FILES } from "./ns.ts";
import { type Element, xml } from "./xml.ts";

/** Files by slot, and all that these (bare addresses) have uploaded. */
export type FilesToErase = { slots: readonly string[]; uploaders: readonly string[] };

export const buildEraseFiles = ({ slots, uploaders }: FilesToErase): Element =>
  xml(
    "erase",
    { xmlns: NS_FILES },
    ...slots.map((slot) => xml("file", { slot })),
    ...uploaders.map((jid) => xml("uploader", { jid })),
  );

/** The slot in the address of a file at the gateway, `…/files/<slot>/<name>`; undefined in any other. */
export function slotOf(url: string): string | undefined {
  return /^https?:\/\/[^/?#]+\/(?:[^?#]*\/)?files\/([\w-]{1,100})\/[^/?#]+$/.exec(url.trim())?.[1];
}
