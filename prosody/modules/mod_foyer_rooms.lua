-- Only the workgroup service makes rooms here.
--
-- Load it on the rooms' host. Prosody's own "restrict_room_creation" knows administrators by their whole address, but the
-- service makes each room as the workgroup it is for (support@workgroup.example.com), and a workgroup may be added by a
-- reload. So the rule is one of domains. It holds for a vanished room too: who comes back first must not own the new one.
-- Written for Prosody 0.12 and 13.

local jid_host = require "util.jid".host;
local st = require "util.stanza";

local creator = module:get_option_string("room_creator", (module.host:gsub("^[^.]+%.", "workgroup.")));

module:hook("muc-room-pre-create", function (event)
	local stanza = event.stanza;
	if jid_host(stanza.attr.from) == creator then return; end
	event.origin.send(st.error_reply(stanza, "cancel", "not-allowed", "Only the workgroup service makes rooms here", module.host));
	return true;
end, 100);
