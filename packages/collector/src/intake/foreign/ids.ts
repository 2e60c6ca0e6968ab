import { createHash } from "node:crypto";
import { limits, uuidv7 } from "@isotherm/protocol";

const randomBytes = 10;

/**
 * The batch id of a foreign event: the same whenever it comes again, so that a retry is a duplicate. `parts` hold its site,
 * or an id that one site has seen would keep another site's event out.
 */
export function batchId(at: number, ...parts: readonly string[]): string {
  return uuidv7(at, digest(parts).subarray(0, randomBytes));
}

/** A foreign id as it is, or its hash where it is longer than ids are: to cut it would make one of two. */
export function fittingId(id: string): string {
  return id.length <= limits.id ? id : digest([id]).toString("hex");
}

/** A name for something that the foreign format has no id of, or that must not show the id that it is made of. */
export function nameOf(...parts: readonly string[]): string {
  return digest(parts).toString("base64url").slice(0, 22);
}

/** A number that tells an event from others of its page view, where they are not counted. */
export function numberOf(id: string): number {
  return digest([id]).readUInt32BE(0);
}

function digest(parts: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}
