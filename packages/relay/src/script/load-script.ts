import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { RelayError } from "../relay-error.js";
import type { ScriptFile, ScriptFiles } from "./script-files.js";

interface Manifest {
  readonly entry: string;
  /** The few lines that a page may carry inline until the entry is there. */
  readonly stub?: string;
  readonly files: { readonly [name: string]: { readonly sri: string; readonly bytes: number } };
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Reads the SDK's script-tag build and packs every file once. Throws `options_invalid` when it is not whole. */
export async function loadScript(folder: string): Promise<ScriptFiles> {
  const { entry, stub, files } = await readManifest(folder);
  const loaded = await Promise.all(
    Object.entries(files).map(async ([name, { sri }]) => {
      const file = await loadFile(folder, name, sri);
      // These names are the same everywhere, and so could be listed; whatever the entry loads, it finds by its own name.
      return [name === entry || name === stub ? `${file.hash}.js` : name, file] as const;
    }),
  );
  const listed = files[entry];
  const found = loaded[Object.keys(files).indexOf(entry)];
  if (found === undefined || listed === undefined) throw wrong(folder, `its manifest does not list ${entry}`);
  return { files: new Map(loaded), entry: found[0], integrity: listed.sri };
}

async function loadFile(folder: string, name: string, sri: string): Promise<ScriptFile> {
  if (basename(name) !== name) throw wrong(folder, `its manifest lists ${name}, which is not in this folder`);
  const plain = await readFile(join(folder, name)).catch((cause: unknown) => {
    throw wrong(folder, `${name} cannot be read`, cause);
  });
  const [algorithm = "", wanted] = sri.split("-", 2);
  if (!["sha256", "sha384", "sha512"].includes(algorithm))
    throw wrong(folder, `the manifest's hash of ${name} is none`);
  if (createHash(algorithm).update(plain).digest("base64") !== wanted) {
    throw wrong(folder, `${name} is not the file that its manifest was written for`);
  }
  const [br, zipped] = await Promise.all([brotli(plain), zip(plain, { level: 9 })]);
  const hash = createHash("sha256").update(plain).digest("hex").slice(0, 16);
  return { plain, br, gzip: zipped, hash, type: typeOf(name) };
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Partial<Manifest>;
    if (typeof manifest.entry !== "string" || typeof manifest.files !== "object") throw new Error("no manifest");
    const { entry, stub, files } = manifest;
    return { entry, files, ...(stub !== undefined && { stub }) };
  } catch (cause) {
    throw wrong(folder, "it has no manifest.json that can be read", cause);
  }
}

function typeOf(name: string): string {
  if (name.endsWith(".js")) return "text/javascript; charset=utf-8";
  if (name.endsWith(".json") || name.endsWith(".map")) return "application/json; charset=utf-8";
  return "application/octet-stream";
}

const wrong = (folder: string, fault: string, cause?: unknown): RelayError =>
  new RelayError("options_invalid", `sdkFolder: ${folder} is no build of @isotherm/sdk: ${fault}; build it first`, {
    cause,
  });
