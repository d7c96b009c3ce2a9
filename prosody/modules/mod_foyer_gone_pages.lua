-- An agent's page that is closed has gone, and is not waited for.
--
-- Load it on the domain. A page that is closed says good-bye to the server. One that is too busy to (browsers give it half a
-- second), or that crashed, says nothing; its browser then closes the WebSocket with 1001, "going away" (RFC 6455 7.4.1).
-- By RFC 7395 3.6 its session would be kept for a client that resumes it, as long as smacks_hibernation_time: the agent would
-- be on duty, and visitors offered to nobody. No page resumes what another page left, so such a session ends at once. Other
-- clients may, and theirs are kept. Written for Prosody 0.12 and 13.

local filters = require "util.filters";
local xor = require "util.bitcompat".bxor;

local WORKSPACE = "^foyer%-"; -- how the resources of the workspace's pages begin (agent-ui/xmpp/session.ts)
local GOING_AWAY = 1001;

-- Whether the data ends with a browser's close frame: masked, and with no more than the code.
local function ends_with_going_away(data)
	local opcode, length, mask1, mask2, _, _, high, low = data:byte(-8, -1);
	return low and opcode == 0x88 and length == 0x82 and xor(high, mask1) * 256 + xor(low, mask2) == GOING_AWAY;
end

local function note_going_away(data, session)
	session.foyer_page_gone = session.websocket_request and ends_with_going_away(data);
	return data;
end

local function watch(session)
	if session.type == "c2s_unauthed" then filters.add_filter(session, "bytes/in", note_going_away, 1); end
end

filters.add_filter_hook(watch);
function module.unload()
	filters.remove_filter_hook(watch);
end

-- Before mod_smacks, which keeps every session that can be resumed.
module:hook("pre-resource-unbind", function (event)
	local session = event.session;
	if not (session.foyer_page_gone and session.resource and session.resource:find(WORKSPACE)) then return; end
	session.log("info", "The page has gone, and its session with it");
	module:fire_event("pre-session-close", { session = session });
end, 1);
