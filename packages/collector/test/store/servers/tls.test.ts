import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { dirname } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { show } from "../../servers/certificates.js";
import { theServer } from "../../servers/databases.js";
import { opening } from "../../servers/opening.js";
import { overNetwork, saidOf, verified, type Words } from "../../servers/over-network.js";
import { serverQuery } from "../../servers/query.js";

const kind = theServer();
const { tls } = inject("server");
const isPostgres = kind.name === "postgres";

const cipher = isPostgres
  ? "SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
  : "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'";

describe.skipIf(tls === null)(`a server over TLS (${kind.name})`, () => {
  const { ca = "" } = tls ?? {};

  test("is asked over an encrypted line, and proves who it is", async () => {
    const place = await opening();
    const url = overNetwork(place, verified(ca));
    expect(await saidOf(place, url)).toBeNull();
    expect(place.connect(url).table<readonly [string]>(cipher)).toEqual([[expect.stringMatching(/^TLS_/)]]);
  });

  test("that nobody vouches for, or for another, is not taken for away", async () => {
    const place = await opening();
    const nobody: Words = isPostgres ? { sslmode: "verify-full" } : { "ssl-mode": "VERIFY_IDENTITY" };
    expect(await saidOf(place, overNetwork(place, nobody))).toMatch(/^store_refused: .*certificate/);
    const folder = dirname(ca);
    const reload = (): Promise<unknown> =>
      serverQuery(kind.server, isPostgres ? "SELECT pg_reload_conf()" : "FLUSH SSL");
    onTestFinished(async () => {
      show(folder, "localhost");
      await reload();
    });
    show(folder, "elsewhere");
    await reload();
    await expect
      .poll(() => saidOf(place, overNetwork(place, verified(ca))))
      .toMatch(/^store_refused: .*does not match certificate/);
  });

  test("is not asked where the address names a file that is not there", async () => {
    const place = await opening();
    expect(await saidOf(place, overNetwork(place, verified(`${ca}.none`)))).toMatch(/^store_refused: .*ENOENT/);
    expect(await saidOf(place, overNetwork(place, verified(dirname(ca))))).toMatch(/^store_refused: .*EISDIR/);
  });

  test("that wants it lets nobody in without", async () => {
    const place = await opening();
    expect(await saidOf(place, overNetwork(place, {}))).toMatch(/^store_refused: /);
  });
});

describe(`a server that is no such one (${kind.name})`, () => {
  /** What is said of a server that does this with whoever asks for TLS, or speaks first where that is the way. */
  const saidOfServer = async (begin: string | Buffer, then: (socket: Socket) => void): Promise<string | null> => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      if (begin.length > 0) socket.write(begin);
      socket.once("data", () => then(socket));
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as { readonly port: number };
    const words = new URLSearchParams(isPostgres ? { sslmode: "verify-full" } : { "ssl-mode": "REQUIRED" });
    // The server is on this thread.
    return saidOf(await opening(), `${kind.name}://one@127.0.0.1:${port}/none?${words}`, true);
  };

  test("is not asked where it has no TLS and the address wants it", async () => {
    const said = await saidOfServer(isPostgres ? "" : greeting(false), (socket) => socket.write("N"));
    expect(said).toMatch(/^store_refused: .*does not support (SSL|secure) connection/i);
  });

  test("is away where it goes while TLS begins", async () => {
    const said = await saidOfServer(isPostgres ? "" : greeting(true), (socket) => socket.end(isPostgres ? "S" : ""));
    expect(said).toMatch(/^store_unavailable: .*disconnected before secure TLS/);
  });
});

/** How a server of MySQL's begins: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html */
function greeting(hasTls: boolean): Buffer {
  // Protocol 4.1, secure connection, plugins; and TLS.
  const capabilities = 0x0008_8200 | (hasTls ? 0x0800 : 0);
  const body = Buffer.concat([
    Buffer.from([10]),
    Buffer.from("10.11.0\0"),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from("12345678\0"),
    Buffer.from([capabilities & 0xff, (capabilities >> 8) & 0xff, 45, 2, 0]),
    Buffer.from([(capabilities >> 16) & 0xff, (capabilities >> 24) & 0xff, 21]),
    Buffer.alloc(10),
    Buffer.from("123456789012\0"),
    Buffer.from("mysql_native_password\0"),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}
