import type { Profile } from "../../enrich/enrich.js";
import type { Connection } from "./connection.js";
import type { Strings } from "./strings.js";

/** The columns of a profile, the same in `profiles` and `sessions`, each with the name of its dimension. */
export const profileColumns = [
  "source",
  "medium",
  "campaign",
  "term",
  "content",
  "channel",
  "referrer",
  "device",
  "browser",
  "system",
  "country",
  "language",
  "browserVersion",
  "systemVersion",
  "vendor",
  "model",
  "eu",
  "region",
  "city",
  "timeZone",
  "network",
  "org",
  "asn",
] as const;

/** A profile as numbers of texts, in the order of the columns. */
export type ProfileNumbers = readonly number[];

export interface Profiles {
  /** The number of a profile, which it gets when it is new. */
  number(profile: Profile): number;
  read(n: number): ProfileNumbers;
  clear(): void;
}

const remembered = 20_000;
const columns = profileColumns.join(", ");
const insert = `INSERT INTO profiles (${columns}) VALUES (${profileColumns.map(() => "?").join(", ")})`;
const find = `SELECT n FROM profiles WHERE ${profileColumns.map((column) => `${column} = ?`).join(" AND ")}`;

export function profiles(connection: Connection, strings: Strings): Profiles {
  const known = new Map<string, number>();
  const read = new Map<number, ProfileNumbers>();
  return {
    number(profile) {
      const numbers = profileColumns.map((column) => strings.number(profile[column]));
      const key = numbers.join();
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const n = connection.get<{ n: number }>(find, ...numbers)?.n ?? connection.insert(insert, ...numbers);
      if (known.size >= remembered) known.clear();
      known.set(key, n);
      return n;
    },
    read(n) {
      const cached = read.get(n);
      if (cached) return cached;
      const row = connection.get<{ [column: string]: number }>(`SELECT ${columns} FROM profiles WHERE n = ?`, n);
      const numbers = profileColumns.map((column) => row?.[column] ?? 0);
      if (read.size >= remembered) read.clear();
      read.set(n, numbers);
      return numbers;
    },
    clear() {
      known.clear();
      read.clear();
    },
  };
}
