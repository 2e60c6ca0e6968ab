import { describe, expect, onTestFinished, test } from "vitest";
import { blocking } from "../../../src/store/sql/blocking.js";
import type { Connection } from "../../../src/store/sql/connection.js";

/** What the line that is asked does, instead of answering: see mortal-line.ts. */
type Death = "ends" | "hangs" | "throws";

function lineThat(death: Death): Connection {
  const connection = blocking({
    line: new URL("./mortal-line.js", import.meta.url),
    place: death,
    mode: "write",
    translate: (sql) => sql,
    purge: () => null,
    patience: 60_000,
    life: 15_000,
  });
  onTestFinished(() => connection.close());
  return connection;
}

describe("a line's thread that goes", () => {
  test.each<Death>(["ends", "hangs", "throws"])(
    "%s: whoever sleeps is woken, and the next one has a new thread",
    (death) => {
      const connection = lineThat(death);
      expect(connection.get("SELECT")).toEqual({ asked: "SELECT" });
      expect(() => connection.get("die")).toThrow(expect.objectContaining({ code: "store_unavailable" }));
      expect(connection.get("SELECT")).toEqual({ asked: "SELECT" });
    },
  );

  test("takes its transaction along, and starts no other in the midst of it", () => {
    const connection = lineThat("ends");
    const epochs: number[] = [];
    const lost = (): void =>
      connection.write(() => {
        epochs.push(connection.epoch());
        expect(() => connection.get("die")).toThrow(expect.objectContaining({ code: "store_unavailable" }));
        connection.get("SELECT");
      });
    expect(lost).toThrow(expect.objectContaining({ code: "store_unavailable" }));
    connection.write(() => epochs.push(connection.epoch()));
    expect(epochs).toEqual([1, 2]);
  });
});

test("who waits for an answer gets that one, and none before it is there", () => {
  const connection = blocking({
    ...{ line: new URL("./late-line.ts", import.meta.url), place: null, mode: "read", patience: 60_000 },
    ...{ translate: (sql) => sql, purge: () => null },
  });
  onTestFinished(() => connection.close());
  for (const sql of ["first", "second", "third"]) expect(connection.all(sql)).toEqual([{ sql }]);
});
