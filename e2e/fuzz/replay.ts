import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seed } from "../kit/effort.js";
import type { Answer, Sending } from "./send.js";

const shown = 800;

/** What a person needs to see what went wrong, and to see it again. */
export function replay(
  name: string,
  how: readonly string[],
  { url, method, path, headers, body }: Sending,
  answer: Answer | null,
  faults: readonly string[],
): string {
  const file = join(tmpdir(), `isotherm-fuzz-${seed}-${name.replaceAll(":", "-")}`);
  writeFileSync(file, body);
  const text = Buffer.from(body)
    .toString("latin1")
    .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return [
    `${name}: ${faults.join("; ")}`,
    `made by: ${how.join(", ")}`,
    `sent: ${method} ${url}${path.slice(0, shown)} ${JSON.stringify(headers).slice(0, shown)}`,
    `body: ${body.length} bytes, in ${file}: ${text.slice(0, shown)}`,
    `answered: ${answer ? `${answer.status} ${JSON.stringify(answer.headers)} ${answer.body.slice(0, shown)}` : "nothing"}`,
    `again: TEST_SEED=${seed} FUZZ_CASE=${name} npx vitest run --config e2e/vitest.config.ts --project fuzz`,
  ].join("\n");
}
