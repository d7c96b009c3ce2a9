/**
 * Who asks, as far as limits go: the address of the browser, seen through our own proxies and nobody else's. Never logged.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/** The address a request counts for: an IPv4 address, or the /64 of an IPv6 one, which is what one household is given. */
export type AddressOf = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/** True for an IP address or a network such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/**
 * `trusted` are the addresses or networks of proxies whose X-Forwarded-For is believed; from anybody else it says nothing.
 * `onStrangeProxy` is called once, when such a header comes from an address that is not trusted.
 */
export function createAddressOf(trusted: readonly string[], onStrangeProxy: () => void = () => undefined): AddressOf {
  const proxies = networks(trusted);
  let told = false;
  return ({ headers, socket }) => {
    const peer = plain(socket.remoteAddress ?? "");
    const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
    if (forwarded === "") return group(peer);
    if (!isIn(proxies, peer)) {
      if (!told) onStrangeProxy();
      told = true;
      return group(peer);
    }
    // Each proxy adds who asked it at the end: what stands left of the first stranger anybody may have written.
    let address = peer;
    for (const hop of forwarded.split(",").toReversed()) {
      const one = plain(hop);
      if (isIP(one) === 0) break;
      address = one;
      if (!isIn(proxies, one)) break;
    }
    return group(address);
  };
}

function networks(list: readonly string[]): BlockList {
  const found = new BlockList();
  for (const one of list) {
    const [address = "", bits] = one.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) found.addAddress(address, family);
    else found.addSubnet(address, Number(bits), family);
  }
  return found;
}

const isIn = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/** Without port, brackets and zone; an IPv4 address in IPv6 clothing as itself. */
function plain(text: string): string {
  const address = text
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

function group(address: string): string {
  // Put together anew: as a piece of a header it would keep the whole header for as long as a page is open.
  if (!isIPv6(address)) return address.split(".").join(".");
  const [head = "", tail] = address.toLowerCase().split("::");
  const words = head === "" ? [] : head.split(":");
  // "::" stands for as many zeros as are missing; those of the tail matter only where they reach into the first half.
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - words.length - after.length)).fill("0");
  const first = [...words, ...zeros, ...after].slice(0, 4).map((word) => Number.parseInt(word, 16).toString(16));
  return `${first.join(":")}::/64`;
}
