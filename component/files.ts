/** Files lie at the server (`files.<domain>`); what is to go is asked for there. */
import { buildEraseFiles, type FilesToErase } from "../protocol/file-erasure.ts";
import { domainOf } from "../protocol/jid.ts";
import { StanzaError } from "../protocol/stanza-error.ts";
import type { Log } from "../runtime/log.ts";
import { type ComponentLink, LinkDown } from "../runtime/xmpp/component-link.ts";

/** So many in one stanza. */
const TOGETHER = 500;
/** Servers that have no store of files, or one that erases nothing. */
const NO_STORE = ["service-unavailable", "item-not-found", "remote-server-not-found", "feature-not-implemented"];

/** Has the server erase them, all uploads of visitors on pages included. @throws StanzaError `wait` when it cannot now; of a server that never does, it is logged */
export async function eraseFiles(
  { slots, uploaders }: FilesToErase,
  { link, domain, log }: { link: ComponentLink; domain: string; log: Log },
): Promise<void> {
  // An account of a person's own holds more than what was sent here.
  const guests = uploaders.filter((jid) => domainOf(jid).endsWith(`.${domain}`));
  const orders = [...slots.map((slot) => ({ slot })), ...guests.map((uploader) => ({ uploader }))];
  for (let at = 0; at < orders.length; at += TOGETHER) {
    const some = orders.slice(at, at + TOGETHER);
    const payload = buildEraseFiles({
      slots: some.flatMap((one) => ("slot" in one ? one.slot : [])),
      uploaders: some.flatMap((one) => ("uploader" in one ? one.uploader : [])),
    });
    try {
      await link.request({ from: link.domain, to: `files.${domain}`, type: "set", payload });
    } catch (error) {
      if (error instanceof StanzaError && NO_STORE.includes(error.condition)) {
        log.warn("files are not erased: the server has no store that does so", { condition: error.condition });
        return;
      }
      if (!(error instanceof LinkDown) && !(error instanceof StanzaError)) throw error;
      throw new StanzaError("wait", "internal-server-error", "Files cannot be erased just now.", { cause: error });
    }
  }
}
