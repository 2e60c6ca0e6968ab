import type { Socket } from "node:net";
import type { Place } from "./room.js";

/** The places of a line's requests, left with it. One listener serves them all: Node warns of more than ten. */
interface Line {
  readonly places: Set<Place>;
  readonly cut: () => void;
}

const lines = new WeakMap<Socket, Line>();

/**
 * Leaves a place when its request's line is cut: Node tells no response of it that waits behind another one of the same line
 * (https://github.com/nodejs/node/blob/v24.0.0/lib/_http_server.js, `assignSocket`). Answers with what takes the
 * request off its line again.
 */
export function leaveWithLine(socket: Socket, place: Place): () => void {
  const line = lines.get(socket) ?? listen(socket);
  line.places.add(place);
  return () => {
    line.places.delete(place);
    if (line.places.size > 0) return;
    socket.off("close", line.cut);
    lines.delete(socket);
  };
}

function listen(socket: Socket): Line {
  const places = new Set<Place>();
  const cut = (): void => {
    for (const place of places) place.leave();
  };
  const line = { places, cut };
  lines.set(socket, line);
  socket.once("close", cut);
  return line;
}
