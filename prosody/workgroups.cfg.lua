-- The workgroups: who is served, by whom, and how.
--
-- Edit this file, then say "npm run reload" (or "prosodyctl --config data/prosody/prosody.cfg.lua reload").
-- The change takes effect at once, without a restart. It is all or nothing: one mistake and the workgroups stay as they
-- were; every mistake, with its place, is then shown by "npm run reload" and written to Prosody's log.
-- A workgroup that is taken out closes its queue and lets the chats that are running come to their end.

workgroups = {

	support = {                                  -- visitors find it at /chat/support
		name = "Support";                        -- what visitors and agents read
		description = "Questions about an order, a delivery or an account";

		-- Who answers. Accounts on this server or on any other:
		--   agents = { "anna@localhost", "ben@localhost" }
		-- or, with the name a visitor is to see:
		agents = {
			["anna@localhost"] = { name = "Anna" };
			["ben@localhost"] = { name = "Ben" };
		};

		-- What a visitor is asked first. Types: text-single, text-multi, text-private, boolean, list-single, list-multi,
		-- hidden. Options of a list are { label = "Shown", value = "kept" } or simply { "one", "two" }.
		form = {
			title = "Talk to us";
			instructions = "Tell us who you are, and what we can do for you.";
			fields = {
				{ name = "username", label = "Your name", type = "text-single", required = true };
				{ name = "email", label = "E-mail", type = "text-single" };
				{ name = "question", label = "How can we help?", type = "text-multi", required = true };
			};
		};

		-- Everything below is optional, and shown with what it is when left out.
		-- open = true;                  -- false: nobody can join; visitors may leave a message
		-- offer_timeout = 20;           -- seconds an agent has to answer an offer
		-- request_timeout = 240;        -- seconds a visitor waits before being asked to leave a message instead
		-- rejection_memory = 20;        -- seconds an agent who declined is passed over for the same visitor
		-- agent_join_timeout = 30;      -- seconds an agent who accepted has to enter the room
		-- agent_grace = 30;             -- seconds an agent who vanished may come back before the visitor is queued again
		-- visitor_grace = 60;           -- the same for a visitor
		-- routing = "fewest chats";     -- or "ring all": the offer goes to every free agent, the first answer counts
		-- max_queue = 1000;             -- how many may wait at a time; who comes then is asked to come again later
		-- retention_days = 0;           -- chats and left messages older than this are erased; 0: they are kept
		-- origins = {};                 -- the only sites whose pages may show this chat: { "https://shop.example" }; empty: any
		-- identity_secret = "...";       -- what the site signs its customers' identities with, 32 characters or more; none: unset
		-- min_chats = 1;                -- how many chats at once an agent may choose as a limit, at least
		-- max_chats = 4;                -- and at most
		-- texts = { en = { ["form.start"] = "Talk to a human" } }; -- any text visitors read, by language and key (webchat/widget/texts/en.ts)
		-- monitors = {};                -- addresses of those who may watch every chat here: { "ben@localhost" }
		-- agents_may_rename = true;     -- whether agents may choose the name visitors see; one: ["anna@localhost"] = { may_rename = false }

		-- Answers that all agents of this workgroup can send with a few keys: a text, or an address of a page or a picture.
		-- canned = {
		--   { title = "Greeting", text = "Hello, how can I help?" };
		--   { group = "Billing", answers = { { title = "Prices", url = "https://shop.example/prices" } } };
		-- };

		-- Transcripts by e-mail, when the service has a server for e-mail (SMTP_URL). "copies" get one of every chat that ends.
		-- transcript_mail = { from_name = "Shop"; subject = "Your chat"; text = "Thank you."; copies = { "archive@shop.example" } };

		-- What only clients made for Fastpath ask for. Files are beside Prosody's configuration; 140 kB for all pictures, and
		-- for both sounds. Pictures: agenttyping, end, logo, main, offline, online, poweredby, secure, sendemail, sendmessage.
		-- offline = { page = "https://shop.example/contact" };  -- or { room = "..." }, or { email = "...", subject = "...", text = "..." }
		-- images = { logo = "logo.png" };
		-- sounds = { incoming = "in.wav", outgoing = "out.wav" };
		-- search = { forums = "https://forum.shop.example", kb = "https://help.shop.example" };
		-- client_settings = { crm = "https://crm.shop.example" };
	};

	sales = {
		name = "Sales";
		description = "Prices, large orders and what suits you best";
		agents = {
			["anna@localhost"] = { name = "Anna" };
		};
		form = {
			title = "Ask before you buy";
			fields = {
				{ name = "username", label = "Your name", type = "text-single", required = true };
				{ name = "email", label = "E-mail", type = "text-single" };
				{ name = "interest", label = "What is it about?", type = "list-single",
				  options = { { label = "Prices", value = "prices" }, { label = "A large order", value = "bulk" },
				              { label = "Something else", value = "other" } } };
				{ name = "question", label = "Your question", type = "text-multi", required = true };
			};
		};
	};
}
