/** Every namespace on our wires, by the name the field gives it. */

export const NS_WORKGROUP = "http://jabber.org/protocol/workgroup";
export const NS_JIVE = "http://jivesoftware.com/protocol/workgroup";
export const NS_WORKGROUP_INFO = "http://jabber.org/protocol/workgroup#workgroupinfo";

/** Of stanzas, wherever they came in: the component link changes its own namespace into this one. */
export const NS_CLIENT = "jabber:client";
export const NS_STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
export const NS_DISCO_INFO = "http://jabber.org/protocol/disco#info";
export const NS_DISCO_ITEMS = "http://jabber.org/protocol/disco#items";
export const NS_VERSION = "jabber:iq:version";
export const NS_PING = "urn:xmpp:ping";
export const NS_DATA_FORM = "jabber:x:data";
export const NS_MUC = "http://jabber.org/protocol/muc";
export const NS_MUC_USER = "http://jabber.org/protocol/muc#user";
export const NS_MUC_ADMIN = "http://jabber.org/protocol/muc#admin";
export const NS_MUC_OWNER = "http://jabber.org/protocol/muc#owner";
export const NS_MUC_ROOMCONFIG = "http://jabber.org/protocol/muc#roomconfig";
export const NS_CHAT_STATES = "http://jabber.org/protocol/chatstates";
export const NS_HINTS = "urn:xmpp:hints";
export const NS_CAPS = "http://jabber.org/protocol/caps";
export const NS_CARBONS = "urn:xmpp:carbons:2";
/** XEP-0439, whose namespace is still a provisional one. */
export const NS_QUICK_RESPONSE = "urn:xmpp:tmp:quick-response";
export const NS_COMMANDS = "http://jabber.org/protocol/commands";
export const NS_CORRECT = "urn:xmpp:message-correct:0";
export const NS_RETRACT = "urn:xmpp:message-retract:1";
/** As older clients know it, inside XEP-0422's `apply-to`. */
export const NS_RETRACT_OLD = "urn:xmpp:message-retract:0";
export const NS_FASTEN = "urn:xmpp:fasten:0";
export const NS_FALLBACK = "urn:xmpp:fallback:0";
export const NS_MARKERS = "urn:xmpp:chat-markers:0";
export const NS_RECEIPTS = "urn:xmpp:receipts";
export const NS_STANZA_ID = "urn:xmpp:sid:0";
export const NS_OCCUPANT_ID = "urn:xmpp:occupant-id:0";
export const NS_MAM = "urn:xmpp:mam:2";
export const NS_RSM = "http://jabber.org/protocol/rsm";
export const NS_FORWARD = "urn:xmpp:forward:0";
export const NS_DELAY = "urn:xmpp:delay";
export const NS_DELAY_OLD = "jabber:x:delay";
export const NS_CONFERENCE = "jabber:x:conference";
export const NS_JSON = "urn:xmpp:json:0";
export const NS_UPLOAD = "urn:xmpp:http:upload:0";
export const NS_OOB = "jabber:x:oob";
export const NS_FILE_SHARING = "urn:xmpp:sfs:0";
export const NS_FILE_METADATA = "urn:xmpp:file:metadata:0";
export const NS_URL_DATA = "http://jabber.org/protocol/url-data";

/** Our own, each with a plain way beside it for clients that do not know it. */
export const NS_FILES = "urn:foyer:files:0";
export const NS_CONFIGURATION = "urn:foyer:configuration:0";
export const NS_QUEUE = "urn:foyer:queue:0";
export const NS_SESSION = "urn:foyer:session:0";
export const NS_VISIT = "urn:foyer:visit:0";
export const NS_MESSAGES = "urn:foyer:messages:0";
/** Of our own settings of rooms. */
export const NS_ROOMS = "urn:foyer:rooms:0";
