-- Timers get their turn while there is always something to read.
--
-- Prosody's loop (net.server_epoll) takes one event after the other until there is none, and looks at its timers only then:
-- on a busy server up to a second and a half later. By a timer goes on who was told to pause, for the rate it may speak at or
-- because it sent more than is read at once: with a thousand conversations the gateway's one connection, with all that
-- visitors say, stood behind every agent (bench/README.md). Here the loop is told after each turn that there is nothing for
-- now; what is left it takes up after the timers. Written for Prosody 0.12 and 13.
module:set_global();

local monotonic = require "util.time".monotonic;

local TURN = 0.002; -- seconds; one event may take longer

local methods = getmetatable(require "util.poll".new()).__index;
local wait = methods.wait;
local turn_began = monotonic();

-- As util.poll's own: the next event, waited for at most so many seconds.
function methods.wait(poll, timeout)
	if timeout > 0 then
		local fd, r, w = wait(poll, timeout);
		turn_began = monotonic();
		return fd, r, w;
	elseif monotonic() - turn_began > TURN then
		return nil, "timeout";
	end
	return wait(poll, timeout);
end

function module.unload()
	methods.wait = wait;
end
