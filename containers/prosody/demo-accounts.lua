-- Prints the demo's agents, a line each for "prosodyctl mod_foyer_accounts"; nobody unless FOYER_DEMO_PASSWORD is given.
package.path = (arg[0]:match("^(.*)/") or ".") .. "/?.lua;" .. package.path;
local settings = require "settings";

local domain = settings.text("FOYER_DOMAIN", "localhost");
local password = settings.text("FOYER_DEMO_PASSWORD", "");
if password ~= "" then
	for _, name in ipairs { "anna", "ben" } do print(name .. " " .. domain .. " " .. password); end
end
