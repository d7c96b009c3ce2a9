-- Prints prosody.cfg.lua: the template that "npm start" fills too, with the container's settings in it.
local here = arg[0]:match("^(.*)/") or ".";
package.path = here .. "/?.lua;" .. package.path;
local settings = require "settings";

local domain = settings.text("FOYER_DOMAIN", "localhost");

-- Where the host's proxy seems to come from: the container's way out. In /proc it stands in hexadecimal, last byte first.
local function gateway()
	local file = io.open("/proc/net/route");
	if not file then return nil; end
	for line in file:lines() do
		local d, c, b, a = line:match("^%S+%s+00000000%s+(%x%x)(%x%x)(%x%x)(%x%x)%s");
		if a then
			file:close();
			return ("%d.%d.%d.%d"):format(tonumber(a, 16), tonumber(b, 16), tonumber(c, 16), tonumber(d, 16));
		end
	end
	file:close();
	return nil;
end

local trusted_proxies = settings.list("TRUSTED_PROXIES");
for _, address in ipairs { "127.0.0.1", "::1", gateway() } do table.insert(trusted_proxies, address); end

local password_file = "/run/prosody/pgpass";
local values = {
	data_path = "/var/lib/prosody";
	modules_path = here .. "/modules";
	pid_file = "/run/prosody/prosody.pid";
	log_level = settings.text("FOYER_LOG_LEVEL", "info");
	admins = settings.list("FOYER_ADMINS");
	require_encryption = false; -- A proxy ends TLS, as the README shows.
	websocket_secure = settings.text("FOYER_WEBSOCKET_URL", ""):match("^wss:") ~= nil;
	sql_host = settings.text("SQL_HOST", "postgres");
	sql_port = tonumber(settings.text("SQL_PORT", "5432"));
	-- The client library's own words: at log level debug Prosody writes down all that it is told itself.
	sql_database = ("dbname=%s passfile=%s"):format(settings.text("SQL_DATABASE", "prosody"), password_file);
	sql_username = settings.text("SQL_USERNAME", "prosody");
	modules_disabled = { "s2s", "s2s_auth_certs", "dialback", "tls" };
	interfaces = { "*" };
	c2s_port = 5222;
	s2s_ports = {};
	s2s_interfaces = {};
	component_port = 5347;
	component_interfaces = { "*" }; -- Within the containers' own network: the port is not published.
	http_port = 5280;
	http_interfaces = { "*" };
	trusted_proxies = trusted_proxies;
	domain = domain;
	rooms_domain = "conference." .. domain;
	workgroup_domain = "workgroup." .. domain;
	webchat_domain = "webchat." .. domain;
	files_domain = "files." .. domain;
	public_url = settings.text("FOYER_URL", "http://localhost:8080");
	file_size_limit = tonumber(settings.text("FOYER_MAX_FILE_MB", "20")) * 1024 * 1024;
	file_types = { "image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain" };
	file_types_shown = { "image/png", "image/jpeg", "image/gif", "image/webp" };
	component_secret = settings.text("COMPONENT_SECRET");
	webchat_secret = settings.text("WEBCHAT_SECRET");
	workgroups_file = "/etc/prosody/workgroups/workgroups.cfg.lua";
};
local password = settings.text("SQL_PASSWORD");
settings.insist();
local file = assert(io.open(password_file, "w"));
file:write("*:*:*:*:", (password:gsub("[\\:]", "\\%0")), "\n");
file:close();

-- A value as Lua; every byte that could end a string or begin an escape is written as a number. A list: its members.
local function literal(value)
	if type(value) == "table" then
		local members = {};
		for i, member in ipairs(value) do members[i] = literal(member); end
		return table.concat(members, "; ");
	end
	if type(value) ~= "string" then return tostring(value); end
	return '"' .. value:gsub(".", function (byte)
		if byte:match("^[%g ]$") and byte ~= '"' and byte ~= "\\" then return nil; end
		return ("\\%03d"):format(byte:byte());
	end) .. '"';
end

local template = assert(io.open(here .. "/prosody.cfg.lua.template")):read("a");
io.write((template:gsub("{{([%w_]+)}}", function (name)
	if values[name] == nil then error("the template asks for \"" .. name .. "\", which nobody gives"); end
	return literal(values[name]);
end)));
