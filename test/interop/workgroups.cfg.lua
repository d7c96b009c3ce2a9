-- The workgroups that other people's clients are tried against, and a domain for visitors without an account.

local agents = {
	["anna@localhost"] = { name = "Anna" };
	["ben@localhost"] = { name = "Ben" };
};

local form = {
	title = "Talk to us";
	instructions = "Tell us who you are.";
	fields = {
		{ name = "username", label = "Your name", type = "text-single", required = true };
		{ name = "email", label = "E-mail", type = "text-single" };
		{ name = "question", label = "How can we help?", type = "text-single", required = true };
	};
};

workgroups = {
	support = {
		name = "Support";
		description = "Questions about an order";
		agents = agents;
		form = form;
		visitor_grace = 1;
		agent_grace = 1;
		monitors = { "ben@localhost" };
		canned = {
			{ title = "Hello", text = "Hi <b>there</b> & welcome" };
			{ group = "Sales"; answers = { { title = "Prices", url = "https://shop.example/prices?all=1&new=1" } } };
		};
		offline = { email = "desk@example.org"; subject = "Web question"; text = "We are closed & asleep." };
		-- Any file will do: this one is there.
		images = { logo = "workgroups.cfg.lua" };
		sounds = { incoming = "workgroups.cfg.lua"; outgoing = "workgroups.cfg.lua" };
		search = { kb = "https://kb.example.org/?a=1&b=2" };
		client_settings = { colour = "blue & green" };
	};
	hurry = { name = "Hurry"; agents = agents; form = form; offer_timeout = 5; request_timeout = 10 };
	chorus = { name = "Chorus"; agents = agents; form = form; routing = "ring all" };
}

VirtualHost("anonymous.localhost")
	authentication = "anonymous"
