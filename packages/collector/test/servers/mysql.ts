import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { filesOf, makeCertificates } from "./certificates.js";
import { serverQuery } from "./query.js";
import { accountOf, folderFor, freePort, installed, runServer, type Server } from "./server.js";

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
  const ca = makeCertificates(folder, account);
  const { cert, key } = filesOf(folder, "localhost");
  const tls = { port: await freePort(), user: "tls", password: randomBytes(12).toString("hex"), ca };
  const args = [
    ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(folder, "pid")}`],
    // Whoever comes over the network is told by the address, and is not root, who has no password.
    ...["--bind-address=127.0.0.1", `--port=${tls.port}`, "--skip-name-resolve"],
    ...[`--ssl-ca=${ca}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`],
    ...["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin"],
    ...["--innodb-doublewrite=0", "--max-connections=200"],
  ];
  const url = `mysql://root@localhost/mysql?socketPath=${encodeURIComponent(socket)}`;
  const stop = await runServer(daemon, args, account, folder, () => serverQuery(url, "SELECT 1"));
  await serverQuery(url, "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost'");
  await serverQuery(url, "FLUSH PRIVILEGES");
  const user = `${tls.user}@'127.0.0.1'`;
  await serverQuery(url, `GRANT ALL ON *.* TO ${user} IDENTIFIED BY '${tls.password}' REQUIRE SSL`);
  return { url, tls, stop };
}
