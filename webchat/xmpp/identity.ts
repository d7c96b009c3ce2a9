/** Asks a workgroup whether it believes what a site says of its visitor. The workgroup alone knows the secret. */
import { StanzaError } from "../../protocol/stanza-error.ts";
import { buildIdentityClaim, type Identity, parseIdentity } from "../../protocol/workgroup/identity.ts";
import type { ComponentLink } from "../../runtime/xmpp/component-link.ts";
import { badIdentity, isBadIdentity, type Refused, refused, unavailable } from "../domain/refusal.ts";

/** Never rejects: whatever goes wrong is a refusal. `workgroup` is a bare JID. */
export type Identify = (workgroup: string, jwt: string) => Promise<Identity | Refused>;

const TIMEOUT_MS = 8_000;

export function createIdentify(link: ComponentLink): Identify {
  return async (workgroup, jwt) => {
    try {
      const payload = buildIdentityClaim(jwt);
      const answer = await link.request({
        from: link.domain,
        to: workgroup,
        type: "get",
        payload,
        timeoutMs: TIMEOUT_MS,
      });
      return (answer && parseIdentity(answer)) ?? unavailable();
    } catch (error) {
      if (!(error instanceof StanzaError)) return unavailable();
      if (isBadIdentity(error)) return badIdentity();
      const unknown = error.condition === "item-not-found" || error.condition === "not-authorized";
      return unknown ? refused("unknown-workgroup", "There is no such workgroup") : unavailable();
    }
  };
}
