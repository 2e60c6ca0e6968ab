import { join } from "node:path";
import type { Damage, VerifyReport } from "../journal.js";
import { reportDamage } from "./damage-list.js";
import { fileWindow } from "./file-window.js";
import type { Files } from "./files.js";
import { systemCode } from "./files.js";
import { RECORD } from "./frame.js";
import { scan } from "./scan.js";
import type { Segment } from "./segment.js";

/** Reads every segment from end to end. Of those that `isKept` denies when they are not there, nothing is missing. */
export async function verifySegments(
  segments: readonly Segment[],
  isKept: (segment: Segment) => boolean,
  { folder, files }: { readonly folder: string; readonly files: Files },
): Promise<VerifyReport> {
  const damage: Damage[] = [];
  let records = 0;
  let bytes = 0;
  for (const segment of segments) {
    const { name, bytes: size } = segment;
    const report = (from: number, to: number, reason: string): void =>
      reportDamage(damage, { file: name, from, to, reason });
    try {
      const file = await files.open(join(folder, name), "r");
      try {
        const present = Math.min(size, (await file.stat()).size);
        await scan(fileWindow(file, present, true), segment.nonce, 0, present, {
          frame({ kind }) {
            if (kind === RECORD) records += 1;
            return true;
          },
          gap: ({ from, to, reason }) => report(from, to, reason),
        });
        if (present < size) report(present, size, "truncated");
        bytes += present;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (systemCode(error) !== "ENOENT") report(0, size, "unreadable");
      else if (isKept(segment)) report(0, size, "missing");
    }
  }
  return { records, bytes, damage };
}
