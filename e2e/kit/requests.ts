import { gunzipSync } from "node:zlib";

/** A request as it came over a connection. */
export interface Asked {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** Unpacked. */
  readonly body: string;
}

/** Follows what a client asks on one connection. */
export interface Requests {
  /** Takes what came next; answers the requests that are whole with it. */
  hear(chunk: Buffer): readonly Asked[];
  /** Whether the request that came last, whole or not, posts to one of these paths. */
  postsTo(paths: readonly string[]): boolean;
}

interface Head extends Omit<Asked, "body"> {
  readonly length: number;
  readonly packed: boolean;
}

/** Requests of HTTP/1.1 whose bodies have a length, as browsers and our relay send them; what else comes is not followed. */
export function requests(): Requests {
  let bytes = Buffer.alloc(0);
  let last: Head | undefined;
  /** Its body has not come whole yet. */
  let open = false;

  const next = (): Asked | null => {
    if (!open) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return null;
      last = headOf(bytes.toString("latin1", 0, end));
      open = true;
      bytes = bytes.subarray(end + 4);
    }
    if (last === undefined || bytes.length < last.length) return null;
    const { method, path, length, packed } = last;
    const body = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    open = false;
    return { method, path, body: (packed ? gunzipSync(body) : body).toString() };
  };

  return {
    hear(chunk) {
      if (open && last === undefined) return [];
      bytes = Buffer.concat([bytes, chunk]);
      const whole: Asked[] = [];
      for (let asked = next(); asked; asked = next()) whole.push(asked);
      return whole;
    },
    postsTo: (paths) => last?.method === "POST" && paths.includes(last.path),
  };
}

/** Undefined where nobody can say where the body ends. */
function headOf(text: string): Head | undefined {
  const [, method, target] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(`${text}\r\n`) ?? [];
  if (method === undefined || target === undefined || /\r\ntransfer-encoding:/i.test(text)) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
  return { method, path: target.split("?")[0] ?? "", length, packed: /\r\ncontent-encoding: *gzip/i.test(text) };
}
