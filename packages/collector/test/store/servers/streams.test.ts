import { describe, expect, test } from "vitest";
import { theServer } from "../../servers/databases.js";
import { opening } from "../../servers/opening.js";

const digits = `(SELECT 0 AS d ${Array.from({ length: 9 }, (_, n) => `UNION ALL SELECT ${n + 1}`).join(" ")})`;
const many = `SELECT a.d, b.d FROM ${["a", "b", "c", "d", "e"].map((name) => `${digits} ${name}`).join(", ")}`;

const kind = theServer();

describe(`rows that are handed over one by one (${kind.name})`, () => {
  test("are all there, also where they come in many blocks", async () => {
    const connection = (await opening()).connect();
    const counts = new Map<string, number>();
    connection.read(() => {
      connection.each((row) => counts.set(row.join(), (counts.get(row.join()) ?? 0) + 1), many);
    });
    expect(new Set(counts.values())).toEqual(new Set([1_000]));
    expect(counts.size).toBe(100);
  });

  test("leave a connection that answers where whoever takes them gives up", async () => {
    const connection = (await opening()).connect();
    for (const turn of [connection.read, connection.write]) {
      const giveUp = (): void =>
        turn(() =>
          connection.each(() => {
            throw new Error("enough");
          }, many),
        );
      expect(giveUp).toThrow("enough");
      expect(connection.get("SELECT 1 AS one")).toEqual({ one: 1 });
    }
  });
});
