import type { Enrich } from "../../enrich/enrich.js";
import type { Connection } from "./connection.js";
import { type Packer, packer } from "./pack.js";
import { generationOf } from "./privacy/text-state.js";
import { type Profiles, profiles } from "./profiles.js";
import { type RowNumbers, rowNumbers } from "./row-numbers.js";
import { interned, type Strings } from "./strings.js";
import { type Visitors, visitors } from "./visitors.js";

/** What writing needs: the connection, and what it remembers of the rows that others refer to. */
export interface Writer {
  readonly connection: Connection;
  readonly strings: Strings;
  readonly visitors: Visitors;
  readonly profiles: Profiles;
  readonly packer: Packer;
  readonly rows: RowNumbers;
  readonly enrich: Enrich;
  /** Values of a dimension that a site's day tells apart. */
  readonly mostValues: number;
  /** Like the connection's `write`, and forgets what a transaction learnt that did not happen, or is not sure to have. */
  write<Result>(work: () => Result, durability?: "durable" | "soon"): Result;
}

export function writer(connection: Connection, enrich: Enrich, mostValues: number): Writer {
  const strings = interned(connection, "strings");
  const packing = packer(connection);
  const rows = rowNumbers(connection);
  const people = visitors(connection);
  const known = profiles(connection, strings);
  const forget = (): void => {
    strings.clear();
    people.clear();
    known.clear();
    packing.clear();
  };
  let epoch = 0;
  let generation: number | null = null;
  return {
    connection,
    strings,
    visitors: people,
    profiles: known,
    packer: packing,
    rows,
    enrich,
    mostValues,
    write(work, durability) {
      rows.clear();
      try {
        return connection.write(() => {
          const now = generationOf(connection);
          const [before, reached] = [generation, connection.epoch()];
          if (reached !== epoch || (before !== null && before !== now)) forget();
          [generation, epoch] = [now, reached];
          return work();
        }, durability);
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
