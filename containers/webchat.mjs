// The web gateway in a container. What comes from the proxy on the host seems to come from the container's way out: that
// address is believed when it says for whom it asks, beside those in TRUSTED_PROXIES. In /proc it stands in hexadecimal,
// last byte first.
import { readFileSync } from "node:fs";

const routes = readFileSync("/proc/net/route", "utf8").split("\n");
const [, , gateway] =
  routes.map((line) => line.split("\t")).find(([, destination]) => destination === "00000000") ?? [];
const bytes = gateway?.match(/../g)?.toReversed() ?? [];
const host = bytes.map((byte) => Number.parseInt(byte, 16)).join(".");
const trusted = [process.env.TRUSTED_PROXIES?.trim(), host].filter((one) => one !== undefined && one !== "");
process.env.TRUSTED_PROXIES = trusted.join(",");

await import("../webchat/main.ts");
