-- Hands the administrators' workgroups to the workgroup service.
--
-- Load it on the service's component host. It reads the option "workgroups" and the domain's "admins", and sends both to
-- the component as one IQ set: when the component connects, and whenever the configuration was read again. The component
-- takes the whole or refuses the whole; a refusal holds every mistake, one a line, and each becomes a line of Prosody's log.
-- The settings "images" and "sounds" name files; what is in them is sent, so the service may be on another machine.
-- Written for Prosody 0.12 and 13.

local array = require "util.array";
local base64 = require "util.encodings".base64;
local json = require "util.json";
local st = require "util.stanza";
local new_id = require "util.id".medium;

local xmlns_configuration = "urn:foyer:configuration:0";
local xmlns_json = "urn:xmpp:json:0";

-- An answer takes milliseconds: after this long the component is stuck, or does not know the question.
local answer_timeout = 15;

-- The domain whose workgroups these are: workgroup.example.com serves example.com.
local domain = module:get_option_string("workgroup_domain", (module.host:gsub("^[^.]+%.", "")));

-- Settings that hold lists. Lua writes an empty list and an empty map alike, JSON does not.
local lists = { agents = true; fields = true; options = true; origins = true; canned = true; answers = true; copies = true };

-- Settings that name files. The service may be on another machine: it gets what is in them, in Base64.
local files = { images = true; sounds = true };
local largest_file = 140 * 1024;

-- The content of a file beside the configuration, or nil and why not.
local function read_file(name)
	local path = name:match("^/") and name or ((prosody.paths.config or ".") .. "/" .. name);
	local file, err = io.open(path, "rb");
	if not file then return nil, "cannot be read: " .. tostring(err); end
	local content = file:read(largest_file + 1);
	file:close();
	if not content or content == "" then return nil, "is a file with nothing in it"; end
	if #content > largest_file then return nil, "is a file larger than 140 kB"; end
	return base64.encode(content);
end

-- A copy of a setting that JSON can carry. What it cannot carry is added to "mistakes", with its place.
local function portable(value, place, key, mistakes)
	local kind = type(value);
	if kind == "string" or kind == "boolean" then return value; end
	if kind == "number" then
		if value == value and value ~= math.huge and value ~= -math.huge then return value; end
		table.insert(mistakes, place .. ": is not a number that can be counted with");
		return nil;
	end
	if kind ~= "table" then
		table.insert(mistakes, place .. ": a " .. kind .. " cannot be a setting");
		return nil;
	end
	local count, size = 0, #value;
	for _ in pairs(value) do count = count + 1; end
	if count == size and (size > 0 or lists[key]) then
		local list = array();
		for i = 1, size do
			list:push(portable(value[i], place .. "[" .. i .. "]", nil, mistakes));
		end
		return list;
	end
	local map = {};
	if files[key] then
		for name, path in pairs(value) do
			local where = place .. "." .. tostring(name);
			local content, err;
			if type(path) == "string" then content, err = read_file(path); else err = "must be the name of a file"; end
			if err then table.insert(mistakes, where .. ": " .. err); end
			map[tostring(name)] = content;
		end
		return map;
	end
	for name, member in pairs(value) do
		-- A list with named entries between: the numbers become names, and the component says what is wrong with them.
		map[tostring(name)] = portable(member, place .. "." .. tostring(name), name, mistakes);
	end
	return map;
end

-- The bare addresses that administer the domain, in order, as Prosody itself understands its "admins" option.
local function administrators()
	local list = array();
	for jid in module:context(domain):get_option_set("admins", {}) do
		list:push(jid);
	end
	table.sort(list);
	return list;
end

-- The whole configuration as a value, or nil and the mistakes that we can see from here.
local function configuration()
	local workgroups = module:get_option("workgroups");
	if workgroups == nil then
		return nil, { "workgroups: is missing; write workgroups = { support = { ... } } for the host " .. module.host };
	end
	if type(workgroups) ~= "table" then
		return nil, { "workgroups: must be a table, { support = { ... } }, and is a " .. type(workgroups) };
	end
	local mistakes = {};
	local value = portable(workgroups, "workgroups", "workgroups", mistakes);
	if #mistakes > 0 then return nil, mistakes; end
	return { domain = domain; admins = administrators(); workgroups = value };
end

local function refuse(text)
	for line in text:gmatch("[^\r\n]+") do
		module:log("error", "Workgroups: %s", line);
	end
	module:log("error", "Workgroups: not taken over, the last good ones stay in force");
end

-- What came of it, from the answer's error, if it bears one.
local function conclude(condition, text, count, why)
	if condition == nil then
		module:log("info", "Workgroups: %d taken over (%s)", count, why);
	elseif condition == "remote-server-timeout" or condition == "service-unavailable" then
		module:log("warn", "Workgroups: the service does not answer (%s); it gets them when it connects", why);
	else
		refuse(text or condition);
	end
end

local function hand_over(why)
	local value, mistakes = configuration();
	if not value then
		refuse(table.concat(mistakes, "\n"));
		return;
	end
	local count = 0;
	for _ in pairs(value.workgroups) do count = count + 1; end

	local iq = st.iq({ type = "set", id = new_id(), from = module.host, to = module.host })
		:tag("configuration", { xmlns = xmlns_configuration })
		:text_tag("json", json.encode(value), { xmlns = xmlns_json });
	module:send_iq(iq, nil, answer_timeout):next(function (answer)
		-- COMPAT Prosody 0.12: an error that is made inside the server arrives here, as if it were a result.
		local _, condition, text;
		if answer.stanza.attr.type == "error" then _, condition, text = answer.stanza:get_error(); end
		conclude(condition, text, count, why);
	end, function (err)
		conclude(err.condition or "undefined-condition", err.text or tostring(err), count, why);
	end):catch(function (err)
		module:log("error", "Workgroups: could not be handed over: %s", tostring(err));
	end);
end

module:hook("component-authenticated", function () hand_over("the service connected"); end);
module:hook_global("config-reloaded", function () hand_over("the configuration was read again"); end);
