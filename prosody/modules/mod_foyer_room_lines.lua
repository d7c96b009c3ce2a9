-- A room's lines go straight from the room to its people, and from them to the room.
--
-- Load it on the domain. Archives and carbons are asked about every message of an account, only to find each time that what
-- is said in a room is none of theirs: with a thousand conversations that is a fifth of all work (bench/README.md). Who has
-- blocked a room is heard before (100). Written for Prosody 0.12 and 13.

local jid_host = require "util.jid".host;

local sessions = prosody.full_sessions;
local rooms = "conference." .. module.host;

module:hook("message/full", function (event)
	local stanza = event.stanza;
	if stanza.attr.type ~= "groupchat" or jid_host(stanza.attr.from) ~= rooms then return; end
	local session = sessions[stanza.attr.to];
	if session and session.send(stanza) then return true; end
end, 50);

module:hook("pre-message/bare", function (event)
	local stanza = event.stanza;
	if stanza.attr.type ~= "groupchat" or jid_host(stanza.attr.to) ~= rooms then return; end
	prosody.core_post_stanza(event.origin, stanza, false);
	return true;
end, 50);
