import type { TestProject } from "vitest/node";
import { startMariadb } from "./mysql.js";
import { startPostgres } from "./postgres.js";
import type { Server } from "./server.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Addresses of servers in which tests make databases; null where there is none. */
    readonly postgres: string | null;
    readonly mysql: string | null;
  }
}

let running: readonly Server[] = [];

/** Runs one server of each kind for all tests of the project; what the environment names is used instead. */
export async function setup(project: TestProject): Promise<void> {
  const { TEST_POSTGRES_URL, TEST_MYSQL_URL } = process.env;
  const started = await Promise.allSettled([
    TEST_POSTGRES_URL === undefined ? startPostgres() : null,
    TEST_MYSQL_URL === undefined ? startMariadb() : null,
  ]);
  running = started.flatMap((one) => (one.status === "fulfilled" && one.value !== null ? [one.value] : []));
  const failed = started.find((one) => one.status === "rejected");
  if (failed) {
    await teardown();
    throw failed.reason;
  }
  const urlOf = (index: 0 | 1): string | null => {
    const one = started[index];
    return one.status === "fulfilled" ? (one.value?.url ?? null) : null;
  };
  project.provide("postgres", TEST_POSTGRES_URL ?? urlOf(0));
  project.provide("mysql", TEST_MYSQL_URL ?? urlOf(1));
}

export async function teardown(): Promise<void> {
  for (const server of running) await server.stop();
}
