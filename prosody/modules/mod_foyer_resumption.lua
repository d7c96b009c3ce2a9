-- A resumed session (XEP-0198) reads its new connection from the beginning.
--
-- Load it on the domain. Prosody gives a session that is resumed its new connection, and goes on reading it with what read the
-- old one: half a WebSocket frame, or half a stanza, that the old connection ended with, swallows what the new one brings, and
-- so after every later resumption, too. The client then stays deaf and dumb for as long as it can resume. Here the session is
-- read with the filters and the parser that came with the new connection. Written for Prosody 0.12 and 13.

local ipairs = ipairs;

-- As the session's own filter does, with the session that goes on, not the one that is retired (13).
local function filtered(session, data)
	for _, filter in ipairs(session.filters["bytes/in"] or {}) do
		data = filter(data, session);
		if data == nil then return; end
	end
	return data;
end

module:hook("smacks-hibernation-end", function (event)
	local session = event.resumed;
	function session.data(data)
		data = data and filtered(session, data);
		if not data then return; end
		local ok, err = session.stream:feed(data);
		if ok then return; end
		if err == "stanza-too-large" then
			session:close({ condition = "policy-violation", text = "XML stanza is too big" });
		else
			session:close("not-well-formed");
		end
	end
end);
