import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

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
 * Works with a PostgreSQL of its own, in a folder that is gone afterwards: settings as they come, so that it syncs as it does
 * for others, and reached over a socket in that folder. Null where none is installed.
 *
 * @template Result
 * @param {(server: { url: string, version: string, query: (sql: string) => Promise<string> }) => Promise<Result>} work
 * @returns {Promise<Result | null>}
 */
export async function withPostgres(work) {
  const bin = places.find((place) => existsSync(place));
  if (bin === undefined) return null;
  const as = account();
  const folder = mkdtempSync(join(tmpdir(), "bench-postgres-"));
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  const run = (command, args) => exec(join(bin, command), args, { ...as, cwd: folder });
  await run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"]);
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder}`;
  await run("pg_ctl", ["start", "-w", "-D", data, "-l", join(folder, "log"), "-o", settings]);
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  const query = async (sql) => (await run("psql", ["-h", folder, "-U", "postgres", "-At", "-c", sql])).stdout.trim();
  try {
    return await work({ url, query, version: await query("SHOW server_version") });
  } finally {
    await run("pg_ctl", ["stop", "-m", "immediate", "-D", data]);
    rmSync(folder, { recursive: true });
  }
}
