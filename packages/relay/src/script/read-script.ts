import { RelayError } from "../relay-error.js";
import type { ScriptFile, ScriptFiles } from "./script-files.js";

/** Where a build of `@isotherm/sdk` for a script tag is read from. */
export interface ScriptSource {
  /** How errors call it, as `sdkFolder: /srv/sdk`. */
  readonly name: string;
  /** Bytes of a file beside the manifest; rejects where there is none. */
  read(file: string): Promise<Uint8Array>;
  /** Packed forms of a file, as far as there are any. */
  pack(file: string, plain: Uint8Array): Promise<Pick<ScriptFile, "br" | "gzip">>;
}

interface Manifest {
  readonly entry: string;
  /** The few lines that a page may carry inline until the entry is there. */
  readonly stub?: string;
  readonly files: { readonly [name: string]: { readonly sri: string } };
}

const algorithms: { readonly [name: string]: string } = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };
const decoder = new TextDecoder();

/** Reads a build and packs every file once. Throws `options_invalid` when it is not whole. */
export async function readScript(source: ScriptSource): Promise<ScriptFiles> {
  const { entry, stub, files } = await readManifest(source);
  const loaded = await Promise.all(
    Object.entries(files).map(async ([name, { sri }]) => {
      const file = await readFile(source, name, sri);
      // These names are the same everywhere, and so could be listed; whatever the entry loads, it finds by its own name.
      return [name === entry || name === stub ? `${file.hash}.js` : name, file] as const;
    }),
  );
  const listed = files[entry];
  const found = loaded[Object.keys(files).indexOf(entry)];
  if (found === undefined || listed === undefined) throw wrong(source, `its manifest does not list ${entry}`);
  return { files: new Map(loaded), entry: found[0], integrity: listed.sri };
}

async function readFile(source: ScriptSource, name: string, sri: string): Promise<ScriptFile> {
  if (/[/\\]/.test(name)) throw wrong(source, `its manifest lists ${name}, which is not in this folder`);
  const plain = await source.read(name).catch((cause: unknown) => {
    throw wrong(source, `${name} cannot be read`, cause);
  });
  const [algorithm = "", wanted] = sri.split("-", 2);
  const digest = algorithms[algorithm];
  if (digest === undefined) throw wrong(source, `the manifest's hash of ${name} is none`);
  if (btoa(String.fromCharCode(...(await hashOf(digest, plain)))) !== wanted) {
    throw wrong(source, `${name} is not the file that its manifest was written for`);
  }
  const hex = Array.from(await hashOf("SHA-256", plain), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { plain, ...(await source.pack(name, plain)), hash: hex.slice(0, 16), type: typeOf(name) };
}

async function readManifest(source: ScriptSource): Promise<Manifest> {
  try {
    const manifest = JSON.parse(decoder.decode(await source.read("manifest.json"))) as Partial<Manifest>;
    if (typeof manifest.entry !== "string" || typeof manifest.files !== "object") throw new Error("no manifest");
    const { entry, stub, files } = manifest;
    return { entry, files, ...(stub !== undefined && { stub }) };
  } catch (cause) {
    throw wrong(source, "it has no manifest.json that can be read", cause);
  }
}

const hashOf = async (algorithm: string, bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest(algorithm, bytes as BufferSource));

function typeOf(name: string): string {
  if (name.endsWith(".js")) return "text/javascript; charset=utf-8";
  if (name.endsWith(".json") || name.endsWith(".map")) return "application/json; charset=utf-8";
  return "application/octet-stream";
}

const wrong = ({ name }: ScriptSource, fault: string, cause?: unknown): RelayError =>
  new RelayError("options_invalid", `${name} is no build of @isotherm/sdk: ${fault}; build it first`, { cause });
