import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { serverQuery } from "./query.js";
import { accountOf, folderFor, installed, runServer, type Server } from "./server.js";

/** Where Debian has it; the newest first. */
const places = [17, 16, 15].map((version) => `/usr/lib/postgresql/${version}/bin`);

/** Starts a PostgreSQL of its own; null where none is installed. */
export async function startPostgres(): Promise<Server | null> {
  const bin = installed(places);
  if (bin === undefined) return null;
  const account = accountOf("postgres");
  const folder = folderFor(account);
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
  execFileSync(join(bin, "initdb"), init, { ...account, cwd: folder, stdio: "pipe" });
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  const settings = [
    ...["listen_addresses=", `unix_socket_directories=${folder}`, "fsync=off", "full_page_writes=off"],
    ...["max_connections=200", "shared_buffers=32MB"],
  ];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const stop = await runServer(join(bin, "postgres"), args, account, folder, () => serverQuery(url, "SELECT 1"));
  return { url, stop };
}
