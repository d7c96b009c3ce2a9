import { describe, expect, it } from "vitest";
import { createAddressOf, isNetwork } from "../../../webchat/http/address.ts";

const PROXIES = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"];

/** The address that a request counts for, by who connected and what the header says. */
function addressOf(peer: string, forwarded?: string | string[], trusted: string[] = PROXIES): string {
  const socket = { remoteAddress: peer };
  // @ts-expect-error of a socket nothing but its address is asked
  return createAddressOf(trusted)({ headers: { "x-forwarded-for": forwarded }, socket });
}

describe("the address a request counts for", () => {
  it.each([
    ["the one that connected", "203.0.113.7", undefined, "203.0.113.7"],
    ["that, whatever it says of others", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
    ["the one a proxy of ours names", "127.0.0.1", "198.51.100.1", "198.51.100.1"],
    [
      "the first stranger from the right, behind several of our proxies",
      "10.1.2.3",
      "1.1.1.1, 198.51.100.1, 10.9.9.9",
      "198.51.100.1",
    ],
    ["never what the stranger wrote further left", "127.0.0.1", "127.0.0.1, 10.0.0.1, 198.51.100.1", "198.51.100.1"],
    ["the proxy's own when it names nobody", "10.1.2.3", "", "10.1.2.3"],
    ["the proxy's own when it writes nonsense", "10.1.2.3", "unknown", "10.1.2.3"],
    ["the innermost of ours, for a request from ourselves", "10.1.2.3", "10.7.7.7, 127.0.0.1", "10.7.7.7"],
    ["without a port", "127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["without brackets", "127.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"],
    ["IPv4 in IPv6 clothing, as itself", "::ffff:203.0.113.7", undefined, "203.0.113.7"],
    ["a trusted proxy in IPv6 clothing too", "::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["the /64 of an IPv6 address", "2001:db8:aa:bb:1:2:3:4", undefined, "2001:db8:aa:bb::/64"],
    ["however it is written", "2001:0DB8:00aa:00BB::9", undefined, "2001:db8:aa:bb::/64"],
    ["with zeros left out in its first half", "2001:db8::7", undefined, "2001:db8:0:0::/64"],
    ["with zeros left out in front", "::7", undefined, "0:0:0:0::/64"],
    ["without its zone", "fe80::1%eth0", undefined, "fe80:0:0:0::/64"],
    ["of an IPv6 proxy", "fd00::5", "198.51.100.1", "198.51.100.1"],
  ])("is %s", (_, peer, forwarded, expected) => {
    expect(addressOf(peer, forwarded)).toBe(expected);
  });

  it("reads a header that came more than once as one", () => {
    expect(addressOf("127.0.0.1", ["1.1.1.1", "198.51.100.1"])).toBe("198.51.100.1");
  });

  it("comes from no header at all when no proxy is trusted", () => {
    expect(addressOf("127.0.0.1", "198.51.100.1", [])).toBe("127.0.0.1");
  });
});

it("a header from an address that is not trusted is noticed once", () => {
  let noticed = 0;
  const of = createAddressOf(["10.0.0.1"], () => noticed++);
  for (const peer of ["10.0.0.1", "10.0.0.2", "10.0.0.3"]) {
    // @ts-expect-error of a socket nothing but its address is asked
    of({ headers: { "x-forwarded-for": "1.1.1.1" }, socket: { remoteAddress: peer } });
  }
  expect(noticed).toBe(1);
});

describe("a network", () => {
  it.each(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"])("may be written %s", (text) => {
    expect(isNetwork(text)).toBe(true);
  });
  it.each(["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::1/129", "10.0.0/8", "*"])(
    "may not be %j",
    (text) => {
      expect(isNetwork(text)).toBe(false);
    },
  );
});
