/** What tells the form of an offer to an ordinary client from any other (XEP-0068): `request` names the chat, `answer` is `yes` or `no`. */
export const OFFER_FORM = "urn:foyer:offer:0";
