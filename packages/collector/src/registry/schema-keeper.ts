import { CollectorError } from "../collector-error.js";
import { withDeadline } from "./deadline.js";

/** Brings a store's schema up to date once, however often it has to be tried. */
export interface SchemaKeeper {
  /** Tries for a while. Rejects only where trying again would not help: the schema is not ours to write. */
  start(): Promise<void>;
  /** Resolves once the schema is up to date; rejects while the store is away. */
  ready(): Promise<void>;
}

const patience = 30_000;
const hopeless = new Set(["schema_ahead", "schema_changed"]);

/** Runs `migrate` again after every failure, and never again once it has worked. */
export function schemaKeeper(migrate: () => Promise<void>): SchemaKeeper {
  let migrating: Promise<void> | null = null;
  const ready = (): Promise<void> => {
    migrating ??= migrate().catch((error: unknown) => {
      migrating = null;
      throw error;
    });
    return migrating;
  };
  return {
    ready,
    async start() {
      try {
        await withDeadline(patience, ready());
      } catch (error) {
        if (error instanceof CollectorError && hopeless.has(error.code)) throw error;
      }
    },
  };
}
