import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { serverQuery } from "./query.js";
import { accountOf, folderFor, installed, runServer, type Server } from "./server.js";

/** Starts a MariaDB of its own; null where none is installed. */
export async function startMariadb(): Promise<Server | null> {
  const [daemon, install] = [installed(["/usr/sbin/mariadbd"]), installed(["/usr/bin/mariadb-install-db"])];
  if (daemon === undefined || install === undefined) return null;
  const account = accountOf("mysql");
  const folder = folderFor(account);
  const data = join(folder, "data");
  const socket = join(folder, "socket");
  const init = ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"];
  execFileSync(install, init, { ...account, cwd: folder, stdio: "pipe" });
  const args = [
    ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, "pid")}`],
    ...["--skip-networking", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin"],
    ...["--innodb-doublewrite=0", "--max-connections=200"],
  ];
  const url = `mysql://root@localhost/mysql?socketPath=${encodeURIComponent(socket)}`;
  const stop = await runServer(daemon, args, account, folder, () => serverQuery(url, "SELECT 1"));
  return { url, stop };
}
