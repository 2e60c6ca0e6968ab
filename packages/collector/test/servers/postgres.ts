import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, makeCertificates } from "./certificates.js";
import { serverQuery } from "./query.js";
import { accountOf, folderFor, freePort, installed, runServer, type Server } from "./server.js";

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
  // Over the socket, in a folder of its own, whoever gets there; over the network a user with a password alone.
  writeFileSync(join(data, "pg_hba.conf"), "local all all trust\nhostssl all tls samehost scram-sha-256\n");
  const ca = makeCertificates(folder, account);
  const { cert, key } = filesOf(folder, "localhost");
  const tls = { port: await freePort(), user: "tls", password: randomBytes(12).toString("hex"), ca };
  const url = `postgres://postgres@localhost:${tls.port}/postgres?host=${encodeURIComponent(folder)}`;
  const settings = [
    ...["listen_addresses=127.0.0.1", `port=${tls.port}`, "ssl=on", `ssl_cert_file=${cert}`, `ssl_key_file=${key}`],
    ...[`unix_socket_directories=${folder}`, "fsync=off", "full_page_writes=off"],
    ...["max_connections=200", "shared_buffers=32MB"],
  ];
  const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
  const stop = await runServer(join(bin, "postgres"), args, account, folder, () => serverQuery(url, "SELECT 1"));
  await serverQuery(url, `CREATE ROLE ${tls.user} SUPERUSER LOGIN PASSWORD '${tls.password}'`);
  return { url, tls, stop };
}
