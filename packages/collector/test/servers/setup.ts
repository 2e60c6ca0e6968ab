import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { startMariadb } from "./mysql.js";
import { startPostgres } from "./postgres.js";
import { serverQuery } from "./query.js";
import type { Server, TlsDoor } from "./server.js";

/** The server of a project, for its tests. */
interface ProvidedServer {
  readonly name: "postgres" | "mysql";
  /** Null where there is none, with what helps. */
  readonly url: string | null;
  readonly missing: string;
  /** Null where it is not one of ours. */
  readonly tls: TlsDoor | null;
  /** What the names of this run's databases begin with. */
  readonly prefix: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly server: ProvidedServer;
  }
}

const kinds = {
  "on-postgres": {
    name: "postgres",
    start: startPostgres,
    named: "TEST_POSTGRES_URL",
    list: "SELECT datname FROM pg_database",
    missing: "PostgreSQL is not installed: apt-get install postgresql, or name a server in TEST_POSTGRES_URL",
  },
  "on-mysql": {
    name: "mysql",
    start: startMariadb,
    named: "TEST_MYSQL_URL",
    list: "SHOW DATABASES",
    missing: "MariaDB is not installed: apt-get install mariadb-server, or name a server in TEST_MYSQL_URL",
  },
} as const;

let ending: (() => Promise<void>) | null = null;

/** Runs the project's server for all of its tests; one that the environment names is used instead. */
export async function setup(project: TestProject): Promise<void> {
  const { name, start, named, list, missing } = kinds[project.name as keyof typeof kinds];
  const given = process.env[named];
  const prefix = `isotherm_${randomBytes(4).toString("hex")}_`;
  const own: Server | null = given === undefined ? await start() : null;
  const url = given ?? own?.url ?? null;
  if (own) ending = own.stop;
  else if (url !== null) ending = () => removeAll(url, list, prefix);
  project.provide("server", { name, url, missing, prefix, tls: own?.tls ?? null });
}

export async function teardown(): Promise<void> {
  await ending?.();
}

async function removeAll(url: string, list: string, prefix: string): Promise<void> {
  const names = await serverQuery(url, list);
  for (const name of names.filter((one) => one.startsWith(prefix))) await serverQuery(url, `DROP DATABASE ${name}`);
}
