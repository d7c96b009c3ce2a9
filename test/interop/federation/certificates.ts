/** Certificates for a few days, signed by an authority of our own that nobody else knows. */
import { spawnSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type Certificate = { certificate: string; key: string };

const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes the authority in a folder; gives the file that others must trust. */
export function makeAuthority(folder: string): string {
  const authority = join(folder, "ca.crt");
  const names = ["-keyout", join(folder, "ca.key"), "-out", authority, "-subj", "/CN=Foyer's tests", "-days", "3"];
  openssl(["req", "-x509", ...EC_KEY, ...names]);
  return authority;
}

/** One certificate for these names; the first also names its files. Everybody may read the key: it is worth nothing. */
export async function makeCertificate(folder: string, hosts: string[]): Promise<Certificate> {
  const [first = "localhost"] = hosts;
  const file = (ending: string): string => join(folder, `${first}.${ending}`);
  await writeFile(file("ext"), `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}\n`);
  openssl(["req", ...EC_KEY, "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${first}`]);
  const authority = ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key"), "-CAcreateserial"];
  const result = ["-in", file("csr"), "-out", file("crt"), "-extfile", file("ext"), "-days", "3"];
  openssl(["x509", "-req", ...authority, ...result]);
  await chmod(file("key"), 0o644);
  return { certificate: file("crt"), key: file("key") };
}

function openssl(args: string[]): void {
  const { status, stderr, error } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${error?.message ?? stderr}`);
}
