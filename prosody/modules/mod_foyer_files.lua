-- Erases files for the workgroup service, when it erases the visitors who sent or got them.
--
-- Load it on the store of files (mod_http_file_share), which has no other way to take a file away before its time. Only the
-- service may ask, by an IQ set with the files' slots and with the addresses whose uploads are meant. The store counts what
-- it holds anew each week, until then this counts as still there. Written for Prosody 0.12 and 13.

local dm = require "core.storagemanager".olddm;
local jid_host = require "util.jid".host;
local st = require "util.stanza";
local ENOENT = require "util.pposix".ENOENT;

local xmlns_files = "urn:foyer:files:0";
local service = module:get_option_string("file_eraser", (module.host:gsub("^[^.]+%.", "workgroup.")));
local uploads = module:open_store("uploads", "archive");

-- Whether nothing is left of a file.
local function erase(slot)
	local erased, err, errno = os.remove(dm.getpath(slot, module.host, "http_file_share", "bin"));
	if erased or errno == ENOENT then return true; end
	module:log("error", "A file could not be erased: %s", err);
	return false;
end

module:hook("iq-set/host/" .. xmlns_files .. ":erase", function (event)
	local origin, stanza = event.origin, event.stanza;
	if jid_host(stanza.attr.from) ~= service then
		origin.send(st.error_reply(stanza, "auth", "forbidden"));
		return true;
	end
	local slots = {};
	for file in stanza.tags[1]:childtags("file") do
		if file.attr.slot then table.insert(slots, file.attr.slot); end
	end
	for uploader in stanza.tags[1]:childtags("uploader") do
		for slot in assert(uploads:find(nil, { with = uploader.attr.jid })) do table.insert(slots, slot); end
	end
	local erased, complete = {}, true;
	for _, slot in ipairs(slots) do
		if erase(slot) then table.insert(erased, slot); else complete = false; end
	end
	if #erased > 0 then uploads:delete(nil, { ids = erased }); end
	origin.send(complete and st.reply(stanza) or st.error_reply(stanza, "wait", "internal-server-error"));
	return true;
end);
