import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { filesOf } from "./certificates.js";
import type { Words } from "./over-network.js";

/** Whose certificate a server shows, or that it has none, or goes away instead. */
export type Pose = "localhost" | "expired" | "elsewhere" | "stranger" | "without" | "gone";

/**
 * The address at `localhost` of what begins like a server, on this thread, and ends once it has proved who it is. The
 * certificates are in `folder`.
 */
export async function posing(kind: "postgres" | "mysql", folder: string, pose: Pose, words: Words): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    // PostgreSQL is asked for TLS first; MySQL speaks first, and says whether it can.
    if (kind === "mysql") socket.write(greeting(pose !== "without"));
    socket.once("data", (first) => {
      // What comes next is for TLS: while nobody listens, a socket that flows would lose it.
      socket.pause();
      if (pose === "without") socket.write("N");
      else if (pose === "gone") socket.end(kind === "postgres" ? "S" : "");
      else {
        if (kind === "postgres") socket.write("S");
        // Whoever speaks MySQL does not wait before TLS begins, which may come with what asks for it.
        else socket.unshift(first.subarray(4 + first.readUIntLE(0, 3)));
        const { cert, key } = filesOf(folder, pose);
        const shown = { cert: readFileSync(cert), key: readFileSync(key) };
        const secure = new TLSSocket(socket, { isServer: true, ...shown });
        secure.on("error", () => undefined);
        // What comes first over it is who asks.
        secure.once("data", () => secure.end());
      }
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  return `${kind}://one@localhost:${port}/none?${new URLSearchParams(words)}`;
}

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
