import { CollectorError } from "../../collector-error.js";
import { FieldFault, type Fields, fields } from "./fields.js";

/** Levels that a foreign body may nest: V8 takes a second for a megabyte of brackets. */
const deepest = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** The object that a body holds. Throws `envelope_invalid`, which `dialect` names in the sender's words. */
export function readJson(body: Uint8Array, dialect?: string): Fields {
  const options = dialect === undefined ? {} : { dialect };
  if (nestsDeep(body)) throw new CollectorError("envelope_invalid", `nests deeper than ${deepest} levels`, options);
  try {
    return fields(JSON.parse(utf8.decode(body)), "the body");
  } catch (cause) {
    const message = cause instanceof FieldFault ? cause.message : "the body must be JSON in UTF-8";
    throw new CollectorError("envelope_invalid", message, { ...options, cause });
  }
}

function nestsDeep(body: Uint8Array): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (quoted) {
      if (byte === backslash) i++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote) quoted = true;
    else if (opening.has(byte)) {
      if (++depth > deepest) return true;
    } else if (closing.has(byte)) depth--;
  }
  return false;
}
