import type { Client, CustomTypesConfig, QueryArrayResult } from "pg";
import { CollectorError } from "../../collector-error.js";
import type { Value } from "../sql/connection.js";
import { type Answer, nothing, type Statement } from "../sql/line-messages.js";
import type { Wire } from "../sql/serve-line.js";

/** Where a database in PostgreSQL is. */
export interface PostgresPlace {
  readonly url: string;
  /** Where queries go. */
  readonly readUrl: string;
  /** Milliseconds after which the server ends a query. */
  readonly deadline: number;
}

/** Milliseconds: what connecting may take, and waiting for another collector's transaction. */
const patience = { connect: 5_000, lock: 60_000 };
/** Statements that the server keeps prepared for one connection. */
const mostPrepared = 500;
/** Rows of a block of a stream. */
const blockRows = 5_000;

// Numbers of PostgreSQL's own types: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat
const numbers = new Set([20, 21, 23, 700, 701, 1700]);
const bytes = 17;
const types = {
  getTypeParser: (type: number) => (text: string) => {
    if (numbers.has(type)) return Number(text);
    // Bytes in memory of their own, which other threads get whole.
    return type === bytes ? Uint8Array.from(Buffer.from(text.slice(2), "hex")) : text;
  },
} as unknown as CustomTypesConfig;

/** A connection to PostgreSQL. */
export function postgresWire({ url, readUrl, deadline }: PostgresPlace, mode: "write" | "read"): Wire {
  let client: Client | null = null;
  let prepared = new Map<string, string>();

  const lose = (lost: Client): void => {
    if (client === lost) client = null;
  };

  const connect = async (): Promise<void> => {
    const made = await open(mode === "write" ? url : readUrl);
    made.on("error", () => lose(made));
    made.on("end", () => lose(made));
    prepared = new Map();
    client = made;
    const settings = mode === "write" ? `lock_timeout = ${patience.lock}` : `statement_timeout = ${deadline}`;
    await made.query(`SET ${settings}`);
  };

  const connected = (): Client => {
    if (!client) throw new CollectorError("store_unavailable", "the connection to the database was lost");
    return client;
  };

  const query = async ({ sql, values }: Statement, suffix = ""): Promise<QueryArrayResult<Value[]>> => {
    const used = connected();
    const text = sql + suffix;
    let name = prepared.get(text);
    if (name === undefined && prepared.size < mostPrepared) {
      name = `s${prepared.size}`;
      prepared.set(text, name);
    }
    try {
      return await used.query<Value[]>({ text, values: values.map(taken), rowMode: "array", ...(name && { name }) });
    } catch (error) {
      throw faultOf(error, used);
    }
  };

  const script = async (sql: string): Promise<void> => {
    const used = connected();
    try {
      await used.query(sql);
    } catch (error) {
      throw faultOf(error, used);
    }
  };

  /** A connection that failed is not used again, even where nobody has said that it ended. */
  const faultOf = (error: unknown, used: Client): unknown => {
    const fault = errorOf(error);
    if (stateOf(error) === "") {
      lose(used);
      void used.end().catch(() => undefined);
    }
    return fault;
  };

  return {
    connect: () =>
      connect().catch((error: unknown) => {
        throw errorOf(error);
      }),
    get connected() {
      return client !== null;
    },
    async rows(statement) {
      const { fields, rows } = await query(statement);
      return { columns: fields.map(({ name }) => name), rows, count: 0 };
    },
    change: async (statement): Promise<Answer> => ({ ...nothing, count: (await query(statement)).rowCount ?? 0 }),
    async insert(statement) {
      const { rows } = await query(statement, ' RETURNING "n"');
      return { ...nothing, count: rows[0]?.[0] as number };
    },
    async *stream({ sql, values }) {
      await query({ sql: `DECLARE streamed NO SCROLL CURSOR FOR ${sql}`, values });
      try {
        for (;;) {
          const { rows } = await query({ sql: `FETCH ${blockRows} FROM streamed`, values: [] });
          if (rows.length > 0) yield rows;
          if (rows.length < blockRows) return;
        }
      } finally {
        await query({ sql: "CLOSE streamed", values: [] });
      }
    },
    script,
    begin: (kind) => {
      if (kind === "read") return script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      // Whatever is committed for good later makes durable what was before it, as there is one log.
      const commits = kind === "soon" ? "SET LOCAL synchronous_commit = off;" : "";
      return script(`BEGIN ISOLATION LEVEL READ COMMITTED; ${commits} SELECT pg_advisory_xact_lock(${lock})`);
    },
    commit: () => script("COMMIT"),
    rollback: () => script("ROLLBACK"),
    stateOf,
    async close() {
      const ending = client;
      client = null;
      await ending?.end();
    },
  };
}

// Its first number is of no meaning; the second tells apart stores that share a database, in schemas of their own.
const lock = "1769172333, hashtext(current_schema())";

async function open(url: string): Promise<Client> {
  // Loaded only where it is used, as SQLite needs none of it.
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: patience.connect,
    keepAlive: true,
    application_name: "isotherm",
    types,
  });
  await client.connect();
  return client;
}

/** A value as PostgreSQL takes it: no text of it holds a NUL, which is read as what stands for an unknown character. */
function taken(value: Value): Value | Buffer {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

function stateOf(error: unknown): string {
  const cause = error instanceof CollectorError ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^[0-9A-Z]{5}$/.test(code) ? code : "";
}

// Values that do not fit, a statement of ours that is wrong, or more than it can hold: https://www.postgresql.org/docs/15/errcodes-appendix.html
const ours = /^(0A|21|22|23|42|54)/;
// Tables and columns that are not those that were migrated, and rights that the user was not given, are no record's fault.
const strange = new Set(["42P01", "42703", "42501", "3F000"]);
const canceled = "57014";

function errorOf(error: unknown): unknown {
  if (error instanceof CollectorError) return error;
  const state = stateOf(error);
  const message = error instanceof Error ? error.message || String((error as { code?: unknown }).code) : String(error);
  if (ours.test(state) && !strange.has(state)) return error;
  if (state === canceled) {
    return new CollectorError("query_timeout", "the query took too long: ask for less", { cause: error });
  }
  return new CollectorError("store_unavailable", `the database failed: ${message}`, { cause: error });
}
