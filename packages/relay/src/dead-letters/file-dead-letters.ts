import { type BoundedLines, boundedLines } from "../lines/bounded-lines.js";
import type { Log } from "../log.js";
import type { DeadLetters } from "./dead-letters.js";
import { letterLine } from "./letter-line.js";

/**
 * One NDJSON file per target, `<target>.ndjson`, synced before a write resolves. When it has half of `maxBytes` it becomes
 * `<target>.1.ndjson` in place of the older half, which is gone then; the log says so.
 */
export function fileDeadLetters(options: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly log: Log;
}): DeadLetters {
  const { folder, maxBytes, log } = options;
  const files = new Map<string, BoundedLines>();

  const fileOf = (target: string): BoundedLines => {
    const known = files.get(target);
    if (known !== undefined) return known;
    const onRotate = async (_older: string, file: string): Promise<void> => {
      log.error({ target, file }, "dead letters reached their bound; the older half, if there was one, is gone");
    };
    const lines = boundedLines({ folder, name: target, maxBytes, sync: true, onRotate });
    files.set(target, lines);
    return lines;
  };

  return {
    async write(letters) {
      const byTarget = new Map<string, string>();
      for (const letter of letters)
        byTarget.set(letter.target, (byTarget.get(letter.target) ?? "") + letterLine(letter));
      for (const [target, lines] of byTarget) await fileOf(target).append(lines);
    },
    async close() {
      for (const lines of files.values()) await lines.close();
      files.clear();
    },
  };
}
