/**
 * Canned responses (reference 4.19): the workgroup's, which its administrator writes in the configuration and all its
 * agents read; and each agent's own, which nobody else reads or changes.
 */
import { bareJid } from "../../protocol/jid.ts";
import { NS_JIVE, NS_WORKGROUP } from "../../protocol/ns.ts";
import { MOST_BYTES, sizeOf } from "../../protocol/size.ts";
import { forbidden, notAcceptable, notFound } from "../../protocol/stanza-error.ts";
import { buildMacros, parseMacrosRequest, parseMacrosSave } from "../../protocol/workgroup/macros.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { macroMistake } from "../domain/macros.ts";
import { agentsWorkgroup, type Deps, type Feature } from "./deps.ts";

const NS = [NS_JIVE, NS_WORKGROUP];

export const macros: Feature = {
  iq: [
    { type: "get", ns: NS, name: "macros", handle: read },
    { type: "set", ns: NS, name: "macros", handle: save },
  ],
};

async function read(iq: IqRequest, deps: Deps): Promise<Element> {
  const workgroup = agentsWorkgroup(iq, deps, notFound("Only agents have canned responses."));
  const found = parseMacrosRequest(iq.payload).personal
    ? await deps.stores.macros.personal(bareJid(iq.from))
    : workgroup.committed.settings.macros;
  // an answer without a group would make Spark's editor fail.
  if (!found) throw notFound("There are no canned responses.");
  return buildMacros(found);
}

async function save(iq: IqRequest, deps: Deps): Promise<void> {
  agentsWorkgroup(iq, deps, notFound("Only agents have canned responses."));
  const { personal, group } = parseMacrosSave(iq.payload);
  if (!personal) throw forbidden("The workgroup's canned responses are its administrator's; save your own.");
  const mistake = macroMistake(group);
  if (mistake !== undefined) throw notAcceptable(mistake);
  // Escaped twice on the wire: what is kept must also come back, in one stanza.
  if (sizeOf(buildMacros(group)) > MOST_BYTES) throw notAcceptable("Your canned responses are too large.");
  await deps.stores.macros.savePersonal(bareJid(iq.from), group, deps.now());
}
