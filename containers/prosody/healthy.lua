-- Whether Prosody's event loop turns: it answers a question on its HTTP port, whatever the answer is.
local http = require "socket.http";
http.TIMEOUT = 4;
local answered = http.request("http://127.0.0.1:5280/");
os.exit(answered and 0 or 1);
