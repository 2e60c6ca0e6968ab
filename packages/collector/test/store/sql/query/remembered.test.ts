import { describe, expect, test } from "vitest";
import { remembered } from "../../../../src/store/sql/query/remembered.js";

describe("what is remembered", () => {
  test("is made once for a version", () => {
    const known = remembered(1_000);
    const first = known.get("a", 1, () => ({ bytes: 10 }));
    expect(known.get("a", 1, () => ({ bytes: 10 }))).toBe(first);
    expect(known.get("a", 2, () => ({ bytes: 10 }))).not.toBe(first);
  });

  test("is what was asked for last, up to the bound", () => {
    const known = remembered(100);
    const made: string[] = [];
    const ask = (key: string, bytes = 40): object =>
      known.get(key, 1, () => {
        made.push(key);
        return { bytes };
      });
    ask("a");
    ask("b");
    ask("a");
    ask("c");
    ask("a");
    ask("b");
    expect(made).toEqual(["a", "b", "c", "b"]);
  });

  test("takes no more than the bound, and forgets the old size of what was made anew", () => {
    const known = remembered(100);
    let made = 0;
    const ask = (version: number, bytes: number): object =>
      known.get("a", version, () => {
        made++;
        return { bytes };
      });
    for (let version = 0; version < 10; version++) ask(version, 60);
    ask(9, 60);
    expect(made).toBe(10);
    ask(10, 200);
    ask(10, 200);
    expect(made).toBe(12);
  });
});
