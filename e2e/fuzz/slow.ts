import { connect, type Socket } from "node:net";

/** Clients that never come to an end: of half of them the headers, of the others the bodies. */
export interface SlowClients {
  /** How many have begun and still go on. */
  going(): number;
  /** What each that was ended has heard. */
  heard(): readonly string[];
  leave(): void;
}

const pace = 250;

/** Opens `count` connections to a server, and sends a byte on each four times a second; `head` begins a good request. */
export function slowClients(url: string, count: number, head: string): SlowClients {
  const { hostname, port } = new URL(url);
  const open = new Map<Socket, string>();
  const heard: string[] = [];
  const sockets = Array.from({ length: count }, (_, at) => {
    const socket = connect(Number(port), hostname);
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
    return { socket, ofBody };
  });
  const timer = setInterval(() => {
    for (const { socket, ofBody } of sockets) if (socket.writable) socket.write(ofBody ? " " : "x");
  }, pace);
  return {
    going: () => open.size,
    heard: () => heard,
    leave() {
      clearInterval(timer);
      for (const { socket } of sockets) socket.destroy();
    },
  };
}
