import { connect, type Socket } from "node:net";

/** Clients that never come to an end: of half of them the headers, of the others the bodies. */
export interface SlowClients {
  /** How many have begun and still go on. */
  going(): number;
  /** What each that was ended has heard. */
  heard(): readonly string[];
  leave(): void;
}

/** Connections that are begun at once: more than a server's queue for them would have the system drop some. */
const wave = 250;
const betweenWaves = 50;
/** Milliseconds between two bytes on a connection: so many that sending them does not keep this machine busy. */
const paceOf = (count: number): number => Math.max(250, count / 2);

/** Opens `count` connections to a server, and sends a byte on each now and then; `headOf` makes what begins a good request. */
export function slowClients(url: string, count: number, headOf: () => string): SlowClients {
  const { hostname, port } = new URL(url);
  const open = new Map<Socket, string>();
  const heard: string[] = [];
  const sockets: { readonly socket: Socket; readonly ofBody: boolean }[] = [];
  const begin = (at: number): void => {
    const socket = connect(Number(port), hostname);
    const head = headOf();
    const ofBody = at % 2 === 0;
    socket.on("connect", () => {
      open.set(socket, "");
      socket.write(ofBody ? `${head}content-length: 1000\r\n\r\n{` : head.slice(0, -2));
    });
    socket.on("data", (chunk) => open.set(socket, `${open.get(socket) ?? ""}${chunk}`));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      heard.push(open.get(socket) ?? "");
      open.delete(socket);
    });
    sockets.push({ socket, ofBody });
  };
  const opening = setInterval(() => {
    for (let more = wave; more > 0 && sockets.length < count; more--) begin(sockets.length);
    if (sockets.length === count) clearInterval(opening);
  }, betweenWaves);
  const timer = setInterval(() => {
    // What is written to one that is not connected yet would go before its head.
    for (const { socket, ofBody } of sockets) if (open.has(socket) && socket.writable) socket.write(ofBody ? " " : "x");
  }, paceOf(count));
  return {
    going: () => open.size,
    heard: () => heard,
    leave() {
      clearInterval(opening);
      clearInterval(timer);
      for (const { socket } of sockets) socket.destroy();
    },
  };
}
