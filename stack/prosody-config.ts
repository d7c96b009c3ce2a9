/** Prosody's configuration: prosody/prosody.cfg.lua.template with our values in it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FILE_KINDS, isImage } from "../protocol/file-kinds.ts";
import type { Secrets } from "./secrets.ts";
import { ROOT, type Settings } from "./settings.ts";

/** A Lua string literal; `Lua` values go in as they are. */
type Value = string | number | boolean | (string | number)[];

/** @param here how Prosody names its folder, which holds `modules/` and `workgroups.cfg.lua`. */
export async function prosodyConfig(
  settings: Settings,
  secrets: Secrets,
  sqlUrl: string,
  here: string,
): Promise<string> {
  const { domain, ports, host, s2s } = settings;
  const sql = new URL(sqlUrl);
  const values: Record<string, Value> = {
    data_path: here,
    modules_path: `${here}/modules`,
    pid_file: `${here}/prosody.pid`,
    log_level: settings.logLevel,
    admins: settings.admins,
    require_encryption: false,
    websocket_secure: settings.websocketUrl.startsWith("wss:"),
    sql_host: sql.hostname,
    sql_port: Number(sql.port || 5432),
    sql_database: connectionOf(sql, passwordFile(here)),
    sql_username: decodeURIComponent(sql.username),
    modules_disabled: s2s ? [] : ["s2s", "s2s_auth_certs", "tls"],
    interfaces: [host],
    c2s_port: ports.c2s,
    s2s_ports: s2s ? [s2s.port] : [],
    s2s_interfaces: s2s ? [s2s.host] : [],
    component_port: ports.component,
    component_interfaces: ["127.0.0.1"],
    http_port: ports.prosodyHttp,
    http_interfaces: [host],
    trusted_proxies: ["127.0.0.1", "::1"],
    domain,
    rooms_domain: `conference.${domain}`,
    workgroup_domain: `workgroup.${domain}`,
    webchat_domain: `webchat.${domain}`,
    files_domain: `files.${domain}`,
    public_url: settings.publicUrl,
    file_size_limit: settings.maxFileMb * 1024 * 1024,
    file_types: Object.keys(FILE_KINDS),
    file_types_shown: Object.keys(FILE_KINDS).filter(isImage),
    component_secret: secrets.componentSecret,
    webchat_secret: secrets.webchatSecret,
    workgroups_file: "workgroups.cfg.lua",
  };
  return fillTemplate(await readFile(join(ROOT, "prosody", "prosody.cfg.lua.template"), "utf8"), values);
}

/** Where Prosody's password for the database is, for the client library to read. */
export const passwordFile = (here: string): string => `${here}/.pgpass`;

/** What stands in that file: the password for whatever is connected to. */
export function passwordLine(sqlUrl: string): string {
  return `*:*:*:*:${decodeURIComponent(new URL(sqlUrl).password).replaceAll(/[\\:]/g, "\\$&")}\n`;
}

/** The database's name and the file with the password, as PostgreSQL's client library takes both in place of a name. */
function connectionOf({ pathname, password }: URL, file: string): string {
  const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
  const name = decodeURIComponent(pathname.slice(1));
  return password === "" ? name : `dbname=${quoted(name)} passfile=${quoted(file)}`;
}

/** Replaces `{{name}}` by the Lua literal of its value; a list becomes its members with commas between. */
export function fillTemplate(template: string, values: Record<string, Value>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for "${name}", which nobody gives`);
    return Array.isArray(value) ? value.map(luaLiteral).join("; ") : luaLiteral(value);
  });
}

/** A string, number or boolean in Lua. Every byte that could end a string or start an escape is written as a number. */
export function luaLiteral(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const safe = [...Buffer.from(value)].map((byte) => {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    return plain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, "0")}`;
  });
  return `"${safe.join("")}"`;
}
