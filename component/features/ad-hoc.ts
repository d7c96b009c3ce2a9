/** Ad-hoc commands of a workgroup (XEP-0050): whatever an agent can say in words, and a visitor's way in, with forms. */
import { parseCommand } from "../../protocol/ad-hoc.ts";
import { NS_COMMANDS } from "../../protocol/ns.ts";
import type { Element } from "../../protocol/xml.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import { askerOf, langOf, present } from "../commands/asker.ts";
import { carryOut } from "../commands/forms.ts";
import { carryOutForGuest, guestOf } from "../dialogue/commands.ts";
import { addressed, type Deps, type Feature, isAgent } from "./deps.ts";

export const adHoc: Feature = {
  disco: { features: [NS_COMMANDS] },
  iq: [{ type: "set", ns: NS_COMMANDS, name: "command", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<Element> {
  const request = parseCommand(iq.payload);
  const workgroup = addressed(iq.to, deps);
  if (!isAgent(workgroup, iq.from)) return carryOutForGuest(guestOf(workgroup, iq, deps), request);
  const asker = askerOf(workgroup, iq.from, langOf(iq.payload), deps);
  await present(asker);
  return carryOut(asker, request);
}
