import { access, constants, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { assemble } from "./assemble.js";
import { fileSnapshot } from "./briefing/file-snapshot.js";
import { checkOptions } from "./check-options.js";
import { fileDeadLetters } from "./dead-letters/file-dead-letters.js";
import { inflateByZlib } from "./intake/inflate-by-zlib.js";
import { silent } from "./log.js";
import type { RelayOptions } from "./options.js";
import { fileQuarantine } from "./quarantine/quarantine.js";
import type { Relay } from "./relay.js";
import { RelayError } from "./relay-error.js";
import { loadScript } from "./script/load-script.js";
import { tagOf } from "./script/script-files.js";
import { undiciTransport } from "./transport/undici.js";

/**
 * Starts a relay on this machine's disk and network. Rejects with `options_invalid` and a line that names the field and
 * the fix; a target that cannot be reached is no reason not to start.
 */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  checkOptions(options);
  const { folder, journal, paths, retry: { timeoutMs = 30_000 } = {}, deadLetterBytes = 67_108_864 } = options;
  const { log = silent, quarantine } = options;
  await writable(folder);
  const script = await loadScript(options.sdkFolder);
  const relay = await assemble(options, {
    journal,
    paths,
    script,
    snapshot: fileSnapshot(join(folder, "briefing.json")),
    inflate: inflateByZlib,
    transport: undiciTransport({ timeoutMs }),
    deadLetters: fileDeadLetters({ folder: join(folder, "dead-letters"), maxBytes: deadLetterBytes, log }),
    ...(quarantine && { quarantine: fileQuarantine({ folder, maxBytes: quarantine.maxBytes }) }),
  });
  return { ...relay, script: tagOf(paths.script, script) };
}

async function writable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new RelayError("options_invalid", `folder: ${folder} cannot be written; allow it or name another`, { cause });
  }
}
