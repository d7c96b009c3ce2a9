-- "prosodyctl mod_foyer_accounts": makes accounts, many in one call, and without a password on the command line.
-- Reads lines "user host password" from standard input. An account that is already there gets the password given.

local storagemanager = require "core.storagemanager";
local usermanager = require "core.usermanager";

module:set_global();

function module.command()
	local ready = {};
	for line in io.lines() do
		local user, host, password = line:match("^(%S+) (%S+) (.+)$");
		if not user then
			print("Not a line of the form \"user host password\"");
			return 1;
		end
		if not ready[host] then
			storagemanager.initialize_host(host);
			usermanager.initialize_host(host);
			ready[host] = true;
		end
		local ok, err;
		if usermanager.user_exists(user, host) then
			ok, err = usermanager.set_password(user, password, host);
		else
			ok, err = usermanager.create_user(user, password, host);
		end
		if not ok then
			print(("Could not make the account %s@%s: %s"):format(user, host, tostring(err)));
			return 1;
		end
	end
	return 0;
end
