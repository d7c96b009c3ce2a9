/**
 * Two servers: Foyer's at a.test, and somebody else's at b.test with an agent and a visitor. They find each other by
 * name, speak TLS, and believe each other's certificates only. Argument: a folder with the authority's certificate. Run
 * by federation.ts, which has Node trust that authority and takes the folder away again.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../../../stack/ports.ts";
import { startStack } from "../../../stack/testing.ts";
import { PlainAgent } from "../../support/plain-agent.ts";
import { Checks } from "../checks.ts";
import { makeCertificate } from "./certificates.ts";
import { startOtherServer } from "./other-server.ts";
import { playTalk } from "./talk.ts";

const [folder = "."] = process.argv.slice(2);
/** Loopback addresses that only this run uses: without SRV records every server listens at the same port. */
const third = 1 + Math.floor(Math.random() * 250);
const [ours, theirs] = [`127.0.${third}.2`, `127.0.${third}.3`];
const hosts = ["a.test", "workgroup.a.test", "conference.a.test"];

const WORKGROUPS = `
workgroups = {
	support = {
		name = "Support";
		agents = { ["anna@a.test"] = { name = "Anna" }; ["bob@b.test"] = { name = "Bob" } };
		form = { fields = { { name = "question"; label = "Question"; type = "text-single"; required = true } } };
	};
}
`;

const checks = new Checks();
const closing: (() => Promise<void>)[] = [];
await checks.scene("two servers", async () => {
  await writeFile(join(folder, "hosts"), `${ours} ${hosts.join(" ")}\n${theirs} b.test\n`);
  const foyers = await makeCertificate(folder, hosts);
  const others = await makeCertificate(folder, ["b.test"]);
  /** Names are looked up in our file and nowhere else; nobody is trusted but our authority. */
  const settings = (of: typeof foyers): string => `
unbound = { resolvconf = false; hoststxt = "${folder}/hosts" }
ssl = { certificate = "${of.certificate}"; key = "${of.key}"; cafile = "${folder}/ca.crt" }
`;
  const [c2sPort = 0] = await freePorts(1);
  const elsewhere = { folder: join(folder, "other"), domain: "b.test", address: theirs, c2sPort };
  const other = await startOtherServer({ ...elsewhere, accounts: ["bob", "vera"], settings: settings(others) });
  closing.push(other.stop);
  const stack = await startStack({
    workgroups: `${settings(foyers)}${WORKGROUPS}`,
    agents: ["anna"],
    gateway: false,
    settings: { FOYER_DOMAIN: "a.test", FOYER_S2S: `${ours}:5269` },
  });
  closing.push(stack.stop);
  await playTalk(checks, {
    anna: await person(stack.c2sService, "a.test", "anna", stack.agents.anna?.password),
    bob: await person(other.c2sService, "b.test", "bob", other.password),
    vera: await person(other.c2sService, "b.test", "vera", other.password),
  });
});
for (const close of closing.reverse()) await close();
process.exitCode = checks.conclude();

async function person(service: string, domain: string, username: string, password = ""): Promise<PlainAgent> {
  const one = await PlainAgent.connect({ service, domain, username, password });
  closing.push(() => one.stop());
  return one;
}
