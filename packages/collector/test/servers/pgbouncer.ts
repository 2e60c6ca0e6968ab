import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverQuery } from "./query.js";
import { accountOf, folderFor, freePort, installed, runServer } from "./server.js";

/** Where Debian has it. */
const places = ["/usr/sbin/pgbouncer"];

/** What an address is through PgBouncer, which runs until `stop`. */
export interface Pooled {
  through(url: string): string;
  stop(): Promise<void>;
}

/**
 * Runs PgBouncer before the server of this address, which is reached over a socket; null where it is not installed. A client
 * keeps its connection to the server until it goes (https://www.pgbouncer.org/config.html#pool_mode).
 */
export async function startPgbouncer(server: string): Promise<Pooled | null> {
  const command = installed(places);
  if (command === undefined) return null;
  const { port, username, searchParams } = new URL(server);
  const account = accountOf("postgres");
  const folder = folderFor(account);
  const listening = await freePort();
  const file = (name: string, ...lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  };
  const ini = file(
    "pgbouncer.ini",
    ...["[databases]", `* = host=${searchParams.get("host")} port=${port}`],
    ...["[pgbouncer]", "listen_addr =", `unix_socket_dir = ${folder}`, `listen_port = ${listening}`],
    ...["auth_type = trust", `auth_file = ${file("users", `"${username}" ""`)}`, "pool_mode = session"],
  );
  const through = (url: string): string => {
    const pooled = new URL(url);
    pooled.port = String(listening);
    pooled.searchParams.set("host", folder);
    return pooled.href;
  };
  const answers = (): Promise<unknown> => serverQuery(through(server), "SELECT 1");
  return { through, stop: await runServer(command, [ini], account, folder, answers) };
}
