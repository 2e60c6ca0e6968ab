import { snapshotLimits } from "../limits.js";
import type { SnapshotHead } from "../snapshot.js";
import { compiled } from "./compiled.js";
import { describe } from "./describe.js";

/** An upload, of which only the first line has been looked at. */
export type SnapshotRead =
  | { readonly ok: true; readonly head: SnapshotHead; readonly tree: Uint8Array }
  | { readonly ok: false; readonly message: string };

/** What a snapshot may be called in its address: a UUID, in lower case. */
export const snapshotRef: RegExp = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isHead = compiled.snapshot as NonNullable<typeof compiled.snapshot>;
const decoder = new TextDecoder("utf-8", { fatal: true });
const newline = 0x0a;

/**
 * Reads an upload, inflated already and within `snapshotLimits.inflatedBytes`: whose it is and what it shows, before
 * anybody takes the trouble with its tree. Never throws, whatever the bytes.
 */
export function readSnapshotHead(body: Uint8Array): SnapshotRead {
  const end = body.subarray(0, snapshotLimits.headBytes).indexOf(newline);
  if (end === -1) return { ok: false, message: "the body must begin with a line of JSON that says what it shows" };
  let head: unknown;
  try {
    head = JSON.parse(decoder.decode(body.subarray(0, end)));
  } catch {
    return { ok: false, message: "the first line must be JSON" };
  }
  if (!isHead(head)) {
    const { path, message } = describe(isHead.errors?.[0], "");
    return { ok: false, message: `${path === "" ? "the first line" : path} ${message}` };
  }
  return { ok: true, head: head as SnapshotHead, tree: body.subarray(end + 1) };
}
