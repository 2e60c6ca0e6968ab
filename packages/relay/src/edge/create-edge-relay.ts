import { assemble } from "../assemble.js";
import type { CoreRelay } from "../core.js";
import type { Relay } from "../relay.js";
import { readScript } from "../script/read-script.js";
import { type ScriptFiles, tagOf } from "../script/script-files.js";
import { fetchTransport } from "../transport/fetch.js";
import { upstreamRelay } from "../upstream/upstream-relay.js";
import { checkEdgeOptions } from "./check-edge-options.js";
import { keptSnapshot, noSnapshot } from "./kept-snapshot.js";
import { lineLetters } from "./line-letters.js";
import type { EdgeRelayOptions } from "./options.js";

/** A running relay that need not serve the SDK. */
export interface EdgeRelay extends CoreRelay {
  /** What a page's script tag needs; null where the relay serves no script. */
  readonly script: Relay["script"] | null;
}

/**
 * Starts a relay on nothing but web standards, as Workers, Deno, Bun and Vercel have them. Rejects with `options_invalid`
 * and a line that names the field and the fix. With durability `upstream` it sends nothing before the first request, so
 * that it can be made anywhere.
 */
export async function createEdgeRelay(options: EdgeRelayOptions): Promise<EdgeRelay> {
  checkEdgeOptions(options);
  const { paths, journal, retry: { timeoutMs = 30_000 } = {} } = options;
  const { deadLetters: write = async () => {}, fetch = (url, init) => globalThis.fetch(url, init) } = options;
  const script = options.script && (await readFiles(options.script));
  const means = {
    paths,
    script,
    snapshot: options.snapshot === undefined ? noSnapshot : keptSnapshot(options.snapshot),
    transport: fetchTransport({ timeoutMs, fetch }),
    deadLetters: lineLetters(write),
  };
  const relay = journal === undefined ? upstreamRelay(options, means) : await assemble(options, { ...means, journal });
  return { ...relay, script: script && paths.script !== undefined ? tagOf(paths.script, script) : null };
}

const readFiles = (files: { readonly [file: string]: Uint8Array }): Promise<ScriptFiles> =>
  readScript({
    name: "script: this",
    async read(file) {
      const bytes = Object.hasOwn(files, file) ? files[file] : undefined;
      if (bytes === undefined) throw new Error(`there is no ${file}`);
      return bytes;
    },
    // No runtime has to offer Brotli: what is not handed in packed, whatever stands in front of a function packs.
    async pack(file) {
      const [br, gzip] = [files[`${file}.br`], files[`${file}.gz`]];
      return { ...(br !== undefined && { br }), ...(gzip !== undefined && { gzip }) };
    },
  });
