-- Only the workgroup service makes rooms here, and it may close them for lines.
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

-- A room is closed before its archive is read for the last time and it is destroyed. From then on nobody says anything in
-- it: a line that were shown now, and so counted as said, would be in no transcript. It is a setting of the room, for its
-- owner to submit, and is stored with it, so a restart in between opens nothing.

local closed = "{urn:foyer:rooms:0}closed";

module:hook("muc-config-form", function (event)
	table.insert(event.form, {
		name = closed;
		type = "boolean";
		label = "Closed: nobody may say anything any more";
		value = event.room._data.foyer_closed;
	});
end, 60);

module:hook("muc-config-submitted/"..closed, function (event)
	event.room._data.foyer_closed = event.value and true or nil;
end);

-- After the room has looked whether the sender is in it (50), before it takes a subject (20).
module:hook("muc-occupant-groupchat", function (event)
	if not event.room._data.foyer_closed then return; end
	event.origin.send(st.error_reply(event.stanza, "cancel", "not-allowed", "This conversation has ended"));
	return true;
end, 40);
