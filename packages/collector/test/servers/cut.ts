import { once } from "node:events";
import { connect, createServer, type NetConnectOpts, type Socket } from "node:net";

/** A line to a server that can be cut, and lose what is sent. */
export interface Line {
  /** The server's address through it. */
  readonly url: string;
  /** Ends what is connected, and lets nobody connect. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Loses what is sent from now on over all that is connected, and tells nobody. */
  silence(): void;
  /** Carries again what is sent, over what is connected from now on. */
  speak(): void;
  close(): Promise<void>;
}

function targetOf({ protocol, hostname, port, searchParams }: URL): NetConnectOpts {
  const folder = searchParams.get("host");
  const path =
    searchParams.get("socketPath") ?? (folder?.startsWith("/") ? `${folder}/.s.PGSQL.${port || 5432}` : null);
  if (path !== null) return { path };
  return { host: hostname, port: Number(port || (protocol === "mysql:" ? 3306 : 5432)) };
}

/** Opens a line on a port of its own to the server of an address. */
export async function lineTo(address: string): Promise<Line> {
  const url = new URL(address);
  const target = targetOf(url);
  const sockets = new Set<Socket>();
  let silent = false;
  const listen = async (port: number): Promise<ReturnType<typeof createServer>> => {
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ ...target, allowHalfOpen: true });
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      if (silent) near.resume();
      else near.pipe(far).pipe(near);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as { readonly port: number };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  url.host = `127.0.0.1:${port}`;
  url.search = "";
  return {
    url: url.href,
    cut,
    async restore() {
      server = await listen(port);
    },
    silence() {
      silent = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    speak() {
      silent = false;
    },
    close: cut,
  };
}
