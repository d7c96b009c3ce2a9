/** Who has to pause at the server is heard again while others have no end of things to say. */
import { expect, it } from "vitest";
import { connectComponent } from "../../bench/wire/raw-component.ts";
import { NS_PING } from "../../protocol/ns.ts";
import { xml } from "../../protocol/xml.ts";
import { useHouse } from "../support/house.ts";
import { eventually } from "../support/inbox.ts";
import { PlainAgent } from "../support/plain-agent.ts";

const CROWD = Array.from({ length: 30 }, (_, i) => `crowd-${i}.localhost`);
const SECRET = "only-for-this-test";
/** How often each of them speaks, and every how many ms: together more than the server can listen to meanwhile. */
const TIMES = 60;
const EVERY_MS = 40;
const house = useHouse({
  workgroups: `
workgroups = { support = { name = "Support"; agents = { ["anna@localhost"] = { name = "Anna" } } } }
${CROWD.map((domain) => `Component "${domain}" component_secret = "${SECRET}"`).join("\n")}
VirtualHost "*"
`,
  agents: ["anna"],
});

const ping = (text = "") => xml("ping", { xmlns: NS_PING }, text);
/** Much to read and nothing to answer; and what follows it comes back, so that one sees how far the server is. */
const words = (from: string) =>
  `<message type='error' from='${from}' to='nobody@localhost'>${"<a/>".repeat(1_000)}</message><message from='${from}' to='${from}'/>`;

it("an agent is not kept waiting until a crowd has said all", async () => {
  const { stack } = house;
  const { password = "" } = stack.agents.anna ?? {};
  const anna = await PlainAgent.connect({
    service: stack.c2sService,
    domain: "localhost",
    username: "anna",
    password,
  });
  const service = `xmpp://127.0.0.1:${stack.settings.ports.component}`;
  const crowd = await Promise.all(CROWD.map((domain) => connectComponent(service, domain, SECRET)));
  const all = CROWD.length * TIMES;
  let heard = 0;
  try {
    for (const one of crowd) {
      one.onStanza = () => (heard += 1);
      let said = 0;
      const speak = (): void => {
        one.send(words(one.domain));
        said += 1;
        // At random, so that they do not all fall silent in the same instant.
        if (said < TIMES) setTimeout(speak, Math.random() * 2 * EVERY_MS);
      };
      speak();
    }
    await eventually("the crowd to be in full swing", async () => heard > all / 4);
    // After so much at once an agent's connection is not read for some milliseconds, for the rate it may speak at.
    await anna.request("get", "localhost", ping("x".repeat(6_000)));
    await anna.request("get", "localhost", ping());
    expect(heard).toBeLessThan(all);
    await eventually("the crowd to end", async () => heard === all);
  } finally {
    for (const one of crowd) one.stop();
    await anna.stop();
  }
});
