-- The container's settings: NAME, or the content of the file that NAME_FILE names. Every mistake is said before the end.
local settings = { mistakes = {} };

local function trim(text) return (text:gsub("^%s+", ""):gsub("%s+$", "")); end

local function mistaken(text)
	table.insert(settings.mistakes, text);
	return "";
end

-- The value of a setting; without a fallback it must be there. Blank counts as not given.
function settings.text(name, fallback)
	local value = trim(os.getenv(name) or "");
	if value ~= "" then return value; end
	local path = trim(os.getenv(name .. "_FILE") or "");
	if path ~= "" then
		local file = io.open(path);
		if not file then return mistaken(name .. "_FILE names a file that cannot be read"); end
		value = trim(file:read("a"));
		file:close();
		if value ~= "" then return value; end
	end
	if fallback ~= nil then return fallback; end
	return mistaken(name .. " is missing");
end

-- A list with commas between.
function settings.list(name)
	local list = {};
	for member in settings.text(name, ""):gmatch("[^,%s]+") do table.insert(list, member); end
	return list;
end

-- Ends the program when there was a mistake.
function settings.insist()
	if #settings.mistakes == 0 then return; end
	for _, line in ipairs(settings.mistakes) do io.stderr:write(line, "\n"); end
	os.exit(78); -- EX_CONFIG
end

return settings;
