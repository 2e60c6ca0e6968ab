import { expect, onTestFinished, test } from "vitest";
import { blocking } from "../../../src/store/sql/blocking.js";

test("who waits for an answer gets that one, and none before it is there", () => {
  const connection = blocking({
    ...{ line: new URL("./late-line.ts", import.meta.url), place: null, mode: "read" },
    ...{ translate: (sql) => sql, purge: () => null },
  });
  onTestFinished(() => connection.close());
  for (const sql of ["first", "second", "third"]) expect(connection.all(sql)).toEqual([{ sql }]);
});
