// Whether this container's service has its link to Prosody: a connection that stands, to the port for components.
// The kernel's table says so without a question to the service; addresses and ports are in hexadecimal, 01 is "established".
import { readFileSync } from "node:fs";

const port = new URL(process.env.XMPP_SERVICE ?? "xmpp://127.0.0.1:5347").port.padStart(1, "0");
const wanted = `:${Number(port).toString(16).toUpperCase().padStart(4, "0")}`;
const connections = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readFileSync(file, "utf8").split("\n"));
const linked = connections.some((line) => {
  const [, , remote, state] = line.trim().split(/\s+/);
  return remote?.endsWith(wanted) && state === "01";
});
process.exitCode = linked ? 0 : 1;
