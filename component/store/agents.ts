/** Signed-in clients of agents, by workgroup: a service that starts again probes them instead of waiting for a sign-in. */
import type { Device, Show } from "../domain/model.ts";
import type { Queryable } from "./db.ts";

/** Replaces the devices of one agent (bare address) in one workgroup; none means signed out. */
export async function saveDevices(
  tx: Queryable,
  workgroup: string,
  agent: string,
  devices: readonly Device[],
): Promise<void> {
  await tx.query(
    `WITH gone AS (
       DELETE FROM agent_devices WHERE workgroup = $1 AND agent = $2 AND jid <> ALL ($3::text[])
     )
     INSERT INTO agent_devices (workgroup, agent, jid, show, max_chats, since)
     SELECT $1, $2, d.jid, d.show, d.max_chats, d.since
     FROM unnest($3::text[], $4::text[], $5::integer[], $6::timestamptz[]) AS d (jid, show, max_chats, since)
     ON CONFLICT (workgroup, agent, jid) DO UPDATE
     SET show = excluded.show, max_chats = excluded.max_chats, since = excluded.since`,
    [
      workgroup,
      agent,
      devices.map((one) => one.jid),
      devices.map((one) => one.show),
      devices.map((one) => one.maxChats),
      devices.map((one) => new Date(one.since)),
    ],
  );
}

export type StoredDevice = { workgroup: string; agent: string; device: Device };

/** Every signed-in device, by workgroup and agent, in the order they signed in. */
export async function loadDevices(db: Queryable): Promise<StoredDevice[]> {
  const { rows } = await db.query<{
    workgroup: string;
    agent: string;
    jid: string;
    show: Show;
    max_chats: number | null;
    since: Date;
  }>(
    `SELECT workgroup, agent, jid, show, max_chats, since FROM agent_devices
     ORDER BY workgroup, agent, since, jid`,
  );
  return rows.map((row) => ({
    workgroup: row.workgroup,
    agent: row.agent,
    device: { jid: row.jid, show: row.show, maxChats: row.max_chats, since: row.since.getTime() },
  }));
}
