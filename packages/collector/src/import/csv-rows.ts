import { createReadStream } from "node:fs";

/**
 * The rows of a CSV file (RFC 4180) one by one, however large it is; lines may end with LF alone. `read` is told of its bytes.
 * Rejects where it cannot be read.
 */
export async function* csvRows(file: string, read: (bytes: number) => void): AsyncGenerator<readonly string[]> {
  let [row, cell]: [string[], string] = [[], ""];
  // Inside quotes, and just behind some that may be the end of a cell or half of a quote in it.
  let [quoted, behind] = [false, false];
  let begun = false;
  // A CR outside of quotes, which belongs to the end of a line where LF follows.
  let returned = false;
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of createReadStream(file)) {
    read((chunk as Buffer).length);
    for (const sign of decoder.decode(chunk as Buffer, { stream: true })) {
      begun = true;
      if (quoted && !behind) {
        if (sign === '"') behind = true;
        else cell += sign;
        continue;
      }
      if (behind && sign === '"') {
        behind = false;
        cell += sign;
        continue;
      }
      if (behind) [quoted, behind] = [false, false];
      if (returned && sign !== "\n") cell += "\r";
      returned = sign === "\r";
      if (returned) continue;
      if (sign === '"' && cell === "") quoted = true;
      else if (sign === ",") {
        row.push(cell);
        cell = "";
      } else if (sign === "\n") {
        yield [...row, cell];
        [row, cell, begun] = [[], "", false];
      } else cell += sign;
    }
  }
  if (begun) yield [...row, cell];
}
