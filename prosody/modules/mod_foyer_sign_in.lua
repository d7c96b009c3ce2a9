-- Who guesses agents' passwords has to wait; nobody else does.
--
-- Wrong passwords are counted by address and account together, so that a guesser locks nobody out who signs in from
-- elsewhere; and by address alone, for one who tries many accounts. Nothing counts for an account on its own: else anybody
-- could keep an agent out. Over the limit the right password is refused like any other, without a look at it, so a guesser
-- learns nothing; a right one, let through, clears its count. An IPv6 address counts as its /64.
--
-- And while the accounts cannot be read, as when the database is away, who signs in is told to come again: Prosody itself
-- says that the password is wrong, which would count here, and has clients forget it. Written for Prosody 0.12 and 13.

local base64 = require "util.encodings".base64;
local cache = require "util.cache";
local ip = require "util.ip";
local st = require "util.stanza";
local throttle = require "util.throttle";

local xmlns_sasl = "urn:ietf:params:xml:ns:xmpp-sasl";

-- So many at once, and then one in so many seconds. Nobody waits longer than a minute for the next try; the agents' page
-- says so in these words.
local of_account = { tries = 10; every = 60 };
local of_address = { tries = 60; every = 20 };

-- Of more than so many those that failed least lately are forgotten.
local accounts = cache.new(20000);
local addresses = cache.new(20000);

local accounts_store = module:open_store("accounts");

local trusted_proxies = module:get_option_set("trusted_proxies", { "127.0.0.1", "::1" });

-- Who comes through a proxy that does not say for whom it asks (nginx's "stream") has the proxy's address like everybody.
local function is_proxy(address)
	for proxy in trusted_proxies do
		if ip.match(address, ip.parse_cidr(proxy)) then return true; end
	end
	return false;
end

-- What a session counts as, and whether that says anything of who it is.
local function origin_of(session)
	local address = session.ip and ip.new_ip(session.ip);
	if not address then return session.ip or "", false; end
	return address.proto == "IPv6" and address.bits:sub(1, 64) or session.ip, not is_proxy(address);
end

local function account_key(origin, username) return origin .. " " .. username; end

-- In how many seconds the next try may be made; nil when it may be made now.
local function seconds_left(counts, key, limit)
	local count = counts:get(key);
	if not count or count:peek(1) then return nil; end
	return math.ceil((1 - count.balance) * limit.every);
end

local function count_wrong(counts, key, limit)
	local count = counts:get(key) or throttle.create(limit.tries, limit.tries * limit.every);
	counts:set(key, count);
	count:poll(1);
	return not count:peek(1);
end

-- The user name in a first message, which is all that is known before the account was looked up (RFC 5802, RFC 4616).
local function username_in(stanza)
	local text = base64.decode(stanza:get_text() or "") or "";
	local name = text:match("^[pny][^,]*,[^,]*,.-n=([^,]*),") or text:match("^[^%z]*%z([^%z]*)%z");
	return name and name:lower();
end

local function refuse(session, text)
	session.sasl_handler = nil;
	session.send(st.stanza("failure", { xmlns = xmlns_sasl }):tag("temporary-auth-failure"):up():text_tag("text", text));
	return true;
end

local function refuse_guesser(event, username)
	local session = event.origin;
	if session.type ~= "c2s_unauthed" then return; end
	local origin, is_known = origin_of(session);
	local wait = is_known and seconds_left(addresses, origin, of_address)
		or username and seconds_left(accounts, account_key(origin, username), of_account);
	if not wait then return; end
	return refuse(session, ("Too many wrong passwords came from your address. Try again in %d seconds."):format(wait));
end

local function refuse_blind(event, username)
	if not username or event.origin.type ~= "c2s_unauthed" then return; end
	local _, err = accounts_store:get(username);
	if err then return refuse(event.origin, "Accounts cannot be looked up just now. Try again in some seconds."); end
end

module:hook("stanza/"..xmlns_sasl..":auth", function (event)
	local username = username_in(event.stanza);
	return refuse_guesser(event, username) or refuse_blind(event, username);
end, 10);

-- Again at the last step, or many could be begun at once before the first has failed.
module:hook("stanza/"..xmlns_sasl..":response", function (event)
	local sasl = event.origin.sasl_handler;
	return refuse_guesser(event, sasl and sasl.username);
end, 10);

module:hook("authentication-failure", function (event)
	if event.condition ~= "not-authorized" or event.session.type ~= "c2s_unauthed" then return; end
	local origin, is_known = origin_of(event.session);
	local sasl = event.session.sasl_handler;
	local username = sasl and sasl.username;
	local over = is_known and count_wrong(addresses, origin, of_address);
	over = username and count_wrong(accounts, account_key(origin, username), of_account) or over;
	-- The address, so that a firewall can be told; never a name, which may be a password typed into the wrong field.
	if over then module:log("warn", "Too many wrong passwords from %s", event.session.ip or "an unknown address"); end
end);

module:hook("authentication-success", function (event)
	local username = event.session.username;
	if username then accounts:set(account_key((origin_of(event.session)), username), nil); end
end);
