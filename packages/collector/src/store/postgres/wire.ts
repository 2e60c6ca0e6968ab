import type { Client, CustomTypesConfig, QueryArrayResult } from "pg";
import { CollectorError } from "../../collector-error.js";
import type { Value } from "../sql/connection.js";
import { type Answer, nothing, type Statement } from "../sql/line-messages.js";
import type { Wire } from "../sql/serve-line.js";
import { connectionLost, tooSlow, unavailable } from "../sql/server-errors.js";
import type { ServerPlace } from "../sql/server-store.js";
import { fitting, UnfitAddress } from "../sql/unfit-address.js";
import { isDisbelieved, isUntrusted } from "../sql/untrusted.js";
import { driverOptions } from "./address.js";

/**
 * Milliseconds: what connecting may take, and waiting for another collector's transaction; after which a silent line is
 * asked whether it is still there; and that a transaction may do nothing in.
 */
const patience = { connect: 5_000, lock: 60_000, keepAlive: 10_000, idle: 60_000 };
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
export function postgresWire({ url, readUrl, deadline }: ServerPlace, mode: "write" | "read"): Wire {
  let client: Client | null = null;
  let prepared = new Map<string, string>();

  const lose = (lost: Client): void => {
    if (client === lost) client = null;
  };

  const connect = async (): Promise<void> => {
    // Nobody would learn of it before the first question.
    if (mode === "write" && readUrl !== url) await clientOf(readUrl, "readUrl");
    const made = await (mode === "write" || readUrl === url ? clientOf(url) : clientOf(readUrl, "readUrl"));
    await made.connect();
    made.on("error", () => lose(made));
    made.on("end", () => lose(made));
    prepared = new Map();
    client = made;
    try {
      // A server that does not hear that its client is gone would keep the write lock for hours.
      const writing = `SET lock_timeout = ${patience.lock}; SET idle_in_transaction_session_timeout = ${patience.idle}`;
      await made.query(`${mode === "write" ? writing : `SET statement_timeout = ${deadline}`}; ${home}`);
    } catch (error) {
      sever(made);
      throw error;
    }
  };

  /** Lets go of a connection without a word to the server, which may not be there. */
  const sever = (lost: Client): void => {
    lose(lost);
    lost.connection.stream.destroy();
  };

  const connected = (): Client => {
    if (!client) throw connectionLost();
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
    const state = stateOf(error);
    if (state === "" || stale.has(state)) {
      lose(used);
      void used.end().catch(() => undefined);
    }
    return fault;
  };

  return {
    connect,
    refuses: (error) => refusing.has(stateOf(error)) || isUnfit(error),
    drop() {
      if (client) sever(client);
    },
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
      let failed = false;
      try {
        for (;;) {
          const { rows } = await query({ sql: `FETCH ${blockRows} FROM streamed`, values: [] }).catch((error) => {
            failed = true;
            throw error;
          });
          if (rows.length > 0) yield rows;
          if (rows.length < blockRows) return;
        }
      } finally {
        // What failed has closed it, and says more than that it is closed.
        if (!failed) await query({ sql: "CLOSE streamed", values: [] });
      }
    },
    script,
    begin: (kind) => {
      if (kind === "read") return script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      // Whatever is committed for good later makes durable what was before it, as there is one log.
      const commits = kind === "soon" ? "SET LOCAL synchronous_commit = off;" : "";
      // The last twice: while it waited, another may have made the tables that it is told by.
      const locks = [schemaLock, lock, lock].map((key) => `SELECT pg_advisory_xact_lock(${key})`).join("; ");
      return script(`BEGIN ISOLATION LEVEL READ COMMITTED; ${commits} ${locks}`);
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

// All that older collectors lock, which may still run while the first newer one starts. Nobody takes two of these, and all
// take theirs before the next, so that no two wait for each other.
const schemaLock = "1769172333, hashtext(current_schema())";

// Its first number is of no meaning; the second tells apart stores that share a database, in schemas of their own: by a
// table, which is the same for all who find it, by whatever search_path; before there is one, by where it would be made.
const lock = "1769172333, COALESCE(to_regclass('heat_parts')::oid::int, hashtext(current_schema()))";

// Tables of a later step are to be made where those are that are there, also for whom another schema comes first.
const home =
  "SELECT set_config('search_path', relnamespace::regnamespace::text, false) FROM pg_class WHERE oid = to_regclass('heat_parts')";

/** Makes a connection, which does not begin before it is told to. */
async function clientOf(url: string, name?: string): Promise<Client> {
  // Loaded only where it is used, as SQLite needs none of it.
  const { default: pg } = await import("pg");
  return fitting(
    () =>
      new pg.Client({
        ...driverOptions(url),
        connectionTimeoutMillis: patience.connect,
        keepAlive: true,
        keepAliveInitialDelayMillis: patience.keepAlive,
        application_name: "isotherm",
        types,
      }),
    name,
  );
}

/** A value as PostgreSQL takes it: no text of it holds a NUL, which is read as what stands for an unknown character. */
function taken(value: Value): Value | Buffer {
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

function stateOf(error: unknown): string {
  const cause = error instanceof CollectorError ? error.cause : error;
  // An error of the network has a code too, but no severity.
  return cause instanceof Error && "severity" in cause && "code" in cause ? String(cause.code) : "";
}

// Values that do not fit, a statement of ours that is wrong, or more than it can hold: https://www.postgresql.org/docs/15/errcodes-appendix.html
const ours = /^(21|22|23|42|54)/;
// Tables and columns that are not those that were migrated, and rights that the user was not given, are no record's fault.
const strange = new Set(["42P01", "42703", "42501", "3F000"]);
const canceled = "57014";
// Of a connection that is of no use any more: the tables of its prepared statements were changed, a pooler between has
// mixed it with others', or its server takes no writes, as another does now.
const stale = new Set(["0A000", "26000", "42P05", "25006"]);

// A user, a password or a database that the server does not know, and one that it does not open to this user.
const refusing = new Set(["28000", "28P01", "3D000", "42501"]);

/** What the driver itself finds wrong with an address: no password where one is asked for, TLS that is not there. */
function isUnfit(error: unknown): boolean {
  if (error instanceof UnfitAddress || isUntrusted(error) || isDisbelieved(error)) return true;
  return error instanceof Error && /^(SASL|The server does not support SSL)/.test(error.message);
}

function errorOf(error: unknown): unknown {
  if (error instanceof CollectorError) return error;
  const state = stateOf(error);
  if (ours.test(state) && !strange.has(state) && !stale.has(state)) return error;
  if (state === canceled) return tooSlow(error);
  return unavailable(error);
}
