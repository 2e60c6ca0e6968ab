import type { Batch } from "@isotherm/protocol";
import { databaseOf } from "../kit/database.js";
import { agentOf } from "../kit/load.js";
import { sender } from "../kit/sender.js";
import { type System, startSystem } from "../kit/system.js";
import { shop } from "./visits.js";

/** Batches of one visitor, in the order in which they were acknowledged, and the intake that took them. */
export interface Stream {
  readonly visitor: number;
  readonly to: "relay" | "collector";
  readonly batches: readonly Batch[];
}

/** Where a system takes batches. */
export function intakeOf(system: System, to: "relay" | "collector"): string {
  return to === "relay" ? `${system.relay}${system.intake}` : `${system.collector}/v1/batches`;
}

/** Batches of one request. */
const together = 30;

/**
 * Starts a system in `folder` that nobody disturbs, and sends it what another one acknowledged, by the same ways. It gets
 * the other's salts before it starts, so that visitors have the same names; all else it works out by itself.
 */
export async function undisturbed(
  folder: string,
  timeZone: string,
  other: string,
  streams: readonly Stream[],
): Promise<System> {
  const prepared = (): void => copySalts(other, folder);
  const system = await startSystem(folder, { timeZone, origins: [shop], prepared });
  await Promise.all(
    streams.map(async ({ visitor, to, batches }) => {
      const { send } = sender(intakeOf(system, to), system.publicKey, agentOf(visitor), shop);
      for (let at = 0; at < batches.length; at += together) await send(batches.slice(at, at + together));
    }),
  );
  return system;
}

function copySalts(from: string, to: string): void {
  const source = databaseOf(from);
  const rows = source.prepare("SELECT site_group, day, from_at, until_at, secret FROM salts").all();
  source.close();
  const target = databaseOf(to, "write");
  const put = target.prepare(
    "INSERT OR REPLACE INTO salts (site_group, day, from_at, until_at, secret) VALUES (@site_group, @day, @from_at, @until_at, @secret)",
  );
  for (const row of rows) put.run(row);
  target.close();
}
