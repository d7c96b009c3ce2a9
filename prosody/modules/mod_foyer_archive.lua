-- What visitors say is kept in one place, where it can be erased: the workgroup service's own database.
--
-- Load it on the domain. Messages between its people and the workgroups, their rooms and the visitors on pages (an offer with
-- the visitor's question, an invitation, a note, a whisper) go into nobody's own archive (XEP-0313), and do not wait for
-- somebody who is away: who sent them hears that nobody is there, which is what an offer needs to know anyway. The rooms'
-- archives are not meant; each is gone with its room. Written for Prosody 0.12 and 13.

local jid_host = require "util.jid".host;

local ours = {};
for _, part in ipairs { "workgroup", "conference", "webchat" } do ours[part .. "." .. module.host] = true; end

local function is_ours(stanza)
	return ours[jid_host(stanza.attr.from)] or ours[jid_host(stanza.attr.to)];
end

module:hook("archive-should-store", function (event)
	if not is_ours(event.stanza) then return; end
	event.reason = "of a visitor";
	return false;
end, 10);

module:hook("message/offline/handle", function (event)
	if is_ours(event.stanza) then return false; end
end, 10);
