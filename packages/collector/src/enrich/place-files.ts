import { readFileSync } from "node:fs";
import { Reader } from "mmdb-lib";
import { CollectorError } from "../collector-error.js";

/** What is known of a network: a record of each file that has one, in the order of the files. */
export type PlaceLookup = (ip: string) => readonly unknown[];

/** Opens databases in MaxMind's format, each held in memory whole. Rejects a file that is none with `options_invalid`. */
export function placeFiles(files: readonly string[]): PlaceLookup {
  const readers = files.map(open);
  return (ip) => {
    const records: unknown[] = [];
    for (const reader of readers) {
      // A file of IPv4 alone has nothing to say of the rest.
      if (reader.metadata.ipVersion === 4 && ip.includes(":")) continue;
      const record: unknown = reader.get(ip);
      if (record !== null) records.push(record);
    }
    return records;
  };
}

function open(file: string): Reader<never> {
  try {
    return new Reader(readFileSync(file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CollectorError("options_invalid", `places: ${file} is no database of places (mmdb): ${reason}`, {
      cause,
    });
  }
}
