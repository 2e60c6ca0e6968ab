import type { Socket } from "node:net";
import type { Connection as Client, FieldPacket, ResultSetHeader, RowDataPacket } from "mysql2";
import { CollectorError } from "../../collector-error.js";
import type { Value } from "../sql/connection.js";
import { nothing, ownBytes, type Statement } from "../sql/line-messages.js";
import type { Wire } from "../sql/serve-line.js";
import { connectionLost, tooSlow, unavailable } from "../sql/server-errors.js";
import type { ServerPlace } from "../sql/server-store.js";
import { fitting, UnfitAddress } from "../sql/unfit-address.js";
import { isDisbelieved, isUntrusted } from "../sql/untrusted.js";
import { driverOptions } from "./address.js";

/** Milliseconds: what connecting may take, and after which a silent line is asked whether it is still there. */
const patience = { connect: 5_000, keepAlive: 10_000 };
/** Seconds: to wait for another collector's transaction, and that a connection may do nothing, in a transaction or without. */
const seconds = { lock: 60, idleInside: 60, idle: 600 };
/** Rows of a block of a stream. */
const blockRows = 5_000;

type Result = RowDataPacket[] | ResultSetHeader;

/** A connection to MariaDB or MySQL. */
export function mysqlWire({ url, readUrl, deadline }: ServerPlace, mode: "write" | "read"): Wire {
  let client: Client | null = null;
  let locked = false;
  /** Fails what is being asked: the driver says nothing to it of a server that hangs up. */
  let interrupt: ((error: Error) => void) | null = null;

  const lose = (lost: Client): void => {
    if (client === lost) {
      client = null;
      locked = false;
      interrupt?.(connectionLost());
    }
    lost.destroy();
    // The driver waits for the server's leave, which may never come.
    (lost as unknown as { readonly stream: Socket }).stream.destroy();
  };

  // Values go in the statement's text, as the driver writes them there: in prepared statements it sends every number as a
  // floating-point one, which MySQL refuses in a LIMIT.
  const query = ({
    sql,
    values,
  }: Statement): Promise<{ readonly result: Result; readonly fields: readonly FieldPacket[] }> =>
    new Promise((resolve, reject) => {
      if (!client) {
        reject(connectionLost());
        return;
      }
      const used = client;
      interrupt = reject;
      used.query<Result>({ sql, values: values.map(taken) }, (error, result, fields) => {
        interrupt = null;
        if (error) reject(errorOf(error));
        else resolve({ result, fields });
        if (error?.fatal || stale.has(error?.errno ?? 0)) lose(used);
      });
    });

  const script = async (sql: string): Promise<void> => {
    await query({ sql, values: [] });
  };

  const connect = async (): Promise<void> => {
    // Nobody would learn of it before the first question.
    if (mode === "write" && readUrl !== url) fitting(() => driverOptions(readUrl), "readUrl");
    const made = await (mode === "write" || readUrl === url ? open(url) : open(readUrl, "readUrl"));
    made.on("error", () => lose(made));
    made.on("end", () => lose(made));
    client = made;
    locked = false;
    try {
      await configure();
    } catch (error) {
      lose(made);
      throw error;
    }
  };

  const configure = async (): Promise<void> => {
    await script("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'");
    if (mode === "write") {
      await script("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
      await script(`SET SESSION innodb_lock_wait_timeout = ${seconds.lock}`);
      // A server that does not hear that its client is gone would keep the write lock for hours.
      const idle = `wait_timeout = LEAST(@@wait_timeout, ${seconds.idle})`;
      await script(`SET SESSION ${idle} /*M! , idle_transaction_timeout = ${seconds.idleInside} */`);
    } else {
      await script("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      // Each server reads its own comment: https://mariadb.com/kb/en/comment-syntax/
      const limit = `/*M! max_statement_time = ${deadline / 1_000} */ /*!80000 max_execution_time = ${deadline} */`;
      await script(`SET SESSION ${limit}`);
    }
  };

  const unlock = async (): Promise<void> => {
    if (locked) await script(`DO RELEASE_LOCK(${lock})`);
    locked = false;
  };

  const changed = async (statement: Statement): Promise<ResultSetHeader> =>
    (await query(statement)).result as ResultSetHeader;

  return {
    connect,
    refuses: (error) => {
      const { errno = 0, code, message } = error as ServerError & NodeJS.ErrnoException;
      if (refusing.has(errno) || code === "HANDSHAKE_NO_SSL_SUPPORT") return true;
      // PlanetScale's, whose number is that of any unknown error.
      if (errno === 1105 && message.includes("insecure connections")) return true;
      return error instanceof UnfitAddress || isUntrusted(error) || isDisbelieved(error);
    },
    drop() {
      if (client) lose(client);
    },
    get connected() {
      return client !== null;
    },
    async rows(statement) {
      const { result, fields } = await query(statement);
      const rows = result as unknown as Value[][];
      return { columns: fields.map(({ name }) => name), rows: rows.map((row) => row.map(ownBytes)), count: 0 };
    },
    change: async (statement) => ({ ...nothing, count: (await changed(statement)).affectedRows }),
    insert: async (statement) => ({ ...nothing, count: (await changed(statement)).insertId }),
    async *stream({ sql, values }) {
      if (!client) throw connectionLost();
      let block: Value[][] = [];
      try {
        const rows = client.query({ sql, values: values.map(taken) }).stream({ highWaterMark: blockRows });
        interrupt = (error) => rows.destroy(error);
        for await (const row of rows) {
          block.push((row as Value[]).map(ownBytes));
          if (block.length < blockRows) continue;
          yield block;
          block = [];
        }
      } catch (error) {
        throw errorOf(error);
      } finally {
        interrupt = null;
      }
      if (block.length > 0) yield block;
    },
    script,
    async begin(kind) {
      if (kind === "read") {
        await script("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
        return;
      }
      // A lock of the session: one of the transaction would go with the first statement that changes the schema.
      const { result } = await query({ sql: `SELECT GET_LOCK(${lock}, ${seconds.lock})`, values: [] });
      const [row] = result as unknown as number[][];
      if (row?.[0] !== 1) {
        throw unavailable("another collector holds its write lock");
      }
      locked = true;
      await script("START TRANSACTION");
    },
    async commit() {
      await script("COMMIT");
      await unlock();
    },
    async rollback() {
      await script("ROLLBACK");
      await unlock();
    },
    stateOf,
    async close() {
      const ending = client;
      client = null;
      await new Promise<void>((resolve) => (ending ? ending.end(() => resolve()) : resolve()));
    },
  };
}

// Locks are the server's, whatever the database, and have short names.
const lock = "CONCAT('isotherm ', MD5(DATABASE()))";

async function open(url: string, name?: string): Promise<Client> {
  // Loaded only where it is used, as SQLite needs none of it.
  const { default: mysql } = await import("mysql2");
  const client = fitting(
    () =>
      mysql.createConnection({
        ...driverOptions(url),
        connectTimeout: patience.connect,
        charset: "utf8mb4",
        rowsAsArray: true,
        decimalNumbers: true,
        enableKeepAlive: true,
        keepAliveInitialDelay: patience.keepAlive,
        // A conflict in which nothing changes is to count no row.
        flags: ["-FOUND_ROWS"],
      }),
    name,
  );
  await new Promise<void>((resolve, reject) => {
    client.once("error", reject);
    client.connect((error) => (error ? reject(error) : resolve()));
  });
  client.removeAllListeners("error");
  return client;
}

function taken(value: Value): Value | Buffer {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

interface ServerError {
  readonly errno?: number;
  readonly sqlState?: string;
}

function stateOf(error: unknown): string {
  const { errno } = ((error instanceof CollectorError ? error.cause : error) ?? {}) as ServerError;
  return errno === undefined ? "" : String(errno);
}

// Values that do not fit, or a statement of ours that is wrong: https://mariadb.com/kb/en/mariadb-error-code-reference/
const ours = /^(21|22|23|42)/;
// A text that is no UTF-8 has no state of its own.
const oursToo = new Set([1366]);
// Databases, tables and columns that are not those that were migrated, rights that were not given, and more connections or
// statements than a user may have: no record's fault.
const strange = new Set([1044, 1045, 1046, 1049, 1054, 1142, 1143, 1146, 1203, 1226, 1227]);
// Of a server that takes no writes, as another does now.
const stale = new Set([1290, 1836]);
// MariaDB and MySQL each have their own for a statement that took too long.
const canceled = new Set([1969, 3024]);

// A user, a password, a host or a database that the server does not know, or does not open to this user; or TLS that it wants.
const refusing = new Set([1044, 1045, 1049, 1130, 1698, 3159]);

function errorOf(error: unknown): unknown {
  if (error instanceof CollectorError) return error;
  const { errno = 0, sqlState = "" } = (error ?? {}) as ServerError;
  if ((ours.test(sqlState) || oursToo.has(errno)) && !strange.has(errno)) return error;
  if (canceled.has(errno)) return tooSlow(error);
  return unavailable(error);
}
