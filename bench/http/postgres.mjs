import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cpuOfFamily } from "./process-cpu.mjs";

const exec = promisify(execFile);

/** Where Debian has it; the newest first. */
const places = [17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`);

/** It serves nobody as root: then as whom Debian's package made for it. */
function account() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/**
 * A PostgreSQL server.
 *
 * @typedef {object} Postgres
 * @property {string} url the database that is there from the start
 * @property {string} version
 * @property {(sql: string, database?: string) => Promise<string>} query gives rows as lines, with `|` between columns
 * @property {() => Promise<number>} cpu milliseconds of processor time so far of all its processes
 * @property {<Result>(work: (database: { url: string, name: string }) => Promise<Result>) => Promise<Result>} inDatabase
 *   works with a fresh database, which is gone afterwards
 */

/**
 * Works with a PostgreSQL of its own: settings as they come, so that it syncs as it does for others, and reached over a
 * socket. Its databases are gone afterwards, unless `data` names a folder for them, which the next run finds again. Null
 * where none is installed.
 *
 * @template Result
 * @param {(server: Postgres) => Promise<Result>} work
 * @param {{ data?: string }} options
 * @returns {Promise<Result | null>}
 */
export async function withPostgres(work, { data: kept } = {}) {
  const bin = places.find((place) => existsSync(place));
  if (bin === undefined) return null;
  const as = account();
  const folder = mkdtempSync(join(tmpdir(), "bench-postgres-"));
  const data = kept ?? join(folder, "data");
  mkdirSync(data, { recursive: true });
  if (as.uid !== undefined) for (const each of [folder, data]) chownSync(each, as.uid, as.gid);
  const run = async (command, args) =>
    (await exec(join(bin, command), args, { ...as, cwd: folder, maxBuffer: 2 ** 30 })).stdout;
  const stop = (mode) => run("pg_ctl", ["stop", "-m", mode, "-D", data]);
  try {
    if (!existsSync(join(data, "PG_VERSION")))
      await run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"]);
    // That of an earlier run which was killed before it could.
    if (existsSync(join(data, "postmaster.pid"))) await stop("fast").catch(() => undefined);
    const settings = `-c listen_addresses= -c unix_socket_directories=${folder}`;
    await run("pg_ctl", ["start", "-w", "-D", data, "-l", join(folder, "log"), "-o", settings]);
    const mode = kept === undefined ? "immediate" : "fast";
    // It runs on by itself, so Ctrl-C does not reach it.
    const end = (signal) => {
      spawnSync(join(bin, "pg_ctl"), ["stop", "-m", mode, "-D", data], { ...as, cwd: folder });
      rmSync(folder, { recursive: true });
      process.kill(process.pid, signal);
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
    try {
      const server = serverIn(folder, data, run);
      const [version] = (await server.query("SHOW server_version")).split(" ");
      return await work({ ...server, version });
    } finally {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, end);
      await stop(mode);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function serverIn(folder, data, run) {
  const urlOf = (database) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const query = async (sql, database = "postgres") =>
    (await run("psql", ["-h", folder, "-U", "postgres", "-d", database, "-At", "-c", sql])).trim();
  // The postmaster's is the first line: https://www.postgresql.org/docs/15/storage-file-layout.html
  const pid = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0];
  let made = 0;
  return {
    url: urlOf("postgres"),
    query,
    cpu: () => cpuOfFamily(pid),
    async inDatabase(work) {
      const name = `bench_${++made}`;
      await query(`CREATE DATABASE ${name}`);
      try {
        return await work({ url: urlOf(name), name });
      } finally {
        await query(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    },
  };
}
