import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { readScript } from "./read-script.js";
import type { ScriptFiles } from "./script-files.js";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Reads the SDK's script-tag build and packs every file once. Throws `options_invalid` when it is not whole. */
export const loadScript = (folder: string): Promise<ScriptFiles> =>
  readScript({
    name: `sdkFolder: ${folder}`,
    read: (file) => readFile(join(folder, file)),
    async pack(plain) {
      const [br, zipped] = await Promise.all([brotli(plain), zip(plain, { level: 9 })]);
      return { br, gzip: zipped };
    },
  });
