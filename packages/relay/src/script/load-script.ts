import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { readScript } from "./read-script.js";
import type { ScriptFiles } from "./script-files.js";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

// The most that Brotli can do: it is done once, and every visitor downloads the result.
const params = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
};

/** Reads the SDK's script-tag build and packs every file once. Throws `options_invalid` when it is not whole. */
export const loadScript = (folder: string): Promise<ScriptFiles> =>
  readScript({
    name: `sdkFolder: ${folder}`,
    read: (file) => readFile(join(folder, file)),
    async pack(_name, plain) {
      const [br, zipped] = await Promise.all([brotli(plain, { params }), zip(plain, { level: 9 })]);
      return { br, gzip: zipped };
    },
  });
