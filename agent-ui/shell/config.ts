/** What the gateway tells this page about its server. */

/** `files`: how the addresses of our own files begin. */
export type AgentConfig = {
  domain: string;
  websocket: string;
  workgroupService: string;
  files: string;
  maxFileBytes: number;
};

/** @throws Error in words for a person, when the gateway does not answer or answers something else */
export async function fetchConfig(address = new URL("config.json", document.baseURI)): Promise<AgentConfig> {
  const response = await fetch(address, { cache: "no-cache" });
  if (!response.ok) throw new Error(`the gateway answered ${response.status} for ${address.pathname}`);
  return readConfig(await response.json());
}

/** @throws Error naming what is missing */
export function readConfig(json: unknown): AgentConfig {
  const values = new Map(Object.entries(typeof json === "object" && json !== null ? json : {}));
  const text = (name: string): string => {
    const value: unknown = values.get(name);
    if (typeof value !== "string" || value === "") throw new Error(`config.json has no "${name}"`);
    return value;
  };
  const maxFileBytes: unknown = values.get("maxFileBytes");
  return {
    domain: text("domain"),
    websocket: text("websocket"),
    workgroupService: text("workgroupService"),
    files: text("files"),
    maxFileBytes: typeof maxFileBytes === "number" ? maxFileBytes : 0,
  };
}
