/** The administrators' configuration, handed over by Prosody's module. Only our own host's address may do so. */
import { NS_CONFIGURATION } from "../../protocol/ns.ts";
import { forbidden } from "../../protocol/stanza-error.ts";
import { parseConfiguration } from "../../protocol/workgroup/settings.ts";
import type { IqRequest } from "../../runtime/xmpp/features.ts";
import type { Deps, Feature } from "./deps.ts";

export const configuration: Feature = {
  iq: [{ type: "set", ns: NS_CONFIGURATION, name: "configuration", handle }],
};

async function handle(iq: IqRequest, deps: Deps): Promise<void> {
  // The server sends in this name, and stamps everybody else's.
  if (iq.from !== deps.domain) throw forbidden("Only the server may configure workgroups.");
  await deps.configure(parseConfiguration(iq.payload));
}
