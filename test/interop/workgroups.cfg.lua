-- The workgroups that other people's clients are tried against, and a domain for visitors without an account.

workgroups = {

	support = {
		name = "Support";
		description = "Questions about an order";
		agents = {
			["anna@localhost"] = { name = "Anna" };
			["ben@localhost"] = { name = "Ben" };
		};
		form = {
			title = "Talk to us";
			instructions = "Tell us who you are.";
			fields = {
				{ name = "username", label = "Your name", type = "text-single", required = true };
				{ name = "email", label = "E-mail", type = "text-single" };
				{ name = "question", label = "How can we help?", type = "text-single", required = true };
			};
		};
	};
}

VirtualHost("anonymous.localhost")
	authentication = "anonymous"
