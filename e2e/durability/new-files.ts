import { dirname } from "node:path";
import { behind, type Call, pathOf } from "./trace.js";

/** What a process did to names in a folder tree. */
export interface NewFiles {
  readonly segments: number;
  readonly folders: number;
  readonly renames: number;
  /** New names that something relied on before they were durable. */
  readonly violations: readonly string[];
}

/**
 * Holds what a trace shows below `root` against three rules. A new segment and its folder are synced before the first
 * record follows its heads. So is what every folder that was made on the way there
 * is in, for a synced file is lost with any of them. What is moved over another file was synced after it was written.
 */
export function proveNewFiles(calls: readonly Call[], root: string): NewFiles {
  const below = (path: string): boolean => path === root || path.startsWith(`${root}/`);
  const done = (call: Call): boolean => call.result !== null && call.result >= 0;
  const synced = (path: string, after: number, before: number): boolean =>
    calls.some(
      (call) =>
        /^f(data)?sync$/.test(call.name) &&
        call.result === 0 &&
        behind(call) === path &&
        call.begun > after &&
        call.ended < before,
    );
  const writesTo = (path: string): readonly Call[] =>
    calls.filter((call) => /^p?write/.test(call.name) && behind(call) === path && done(call));

  const violations: string[] = [];
  const made = calls.filter(({ name, args }) => /^open/.test(name) && /O_CREAT/.test(args)).filter(done);
  const segments = made.filter((call) => pathOf(call).endsWith(".segment") && below(pathOf(call)));
  const folders = calls.filter((call) => /^mkdir/.test(call.name) && done(call) && below(pathOf(call))).map(pathOf);
  for (const opened of segments) {
    const path = pathOf(opened);
    const [heads, record] = writesTo(path);
    if (heads === undefined || record === undefined) continue;
    if (!synced(path, heads.ended, record.begun)) violations.push(`${path}: a record before its heads were synced`);
    if (!synced(dirname(path), opened.ended, record.begun))
      violations.push(`${path}: a record before its name was synced`);
    for (const folder of folders.filter((made) => path.startsWith(`${made}/`)))
      if (!synced(dirname(folder), -1, record.begun))
        violations.push(`${folder}: a record below before its name was synced`);
  }
  const renames = calls.filter((call) => /^rename/.test(call.name) && done(call) && below(pathOf(call)));
  for (const rename of renames) {
    const path = pathOf(rename);
    const written = writesTo(path).findLast(({ ended }) => ended < rename.begun);
    if (written && !synced(path, written.ended, rename.begun)) violations.push(`${path}: moved before it was synced`);
  }
  return { segments: segments.length, folders: folders.length, renames: renames.length, violations };
}
