import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recentIds } from "../src/recent-ids.js";

/** What it promises, as plainly as can be. */
function plainly(remember: number): ReturnType<typeof recentIds> {
  let [young, old] = [new Set<string>(), new Set<string>()];
  return {
    has: (id) => young.has(id) || old.has(id),
    add(id) {
      young.add(id);
      if (young.size >= remember) [old, young] = [young, new Set()];
    },
  };
}

const digits = fc.constantFrom("0", "1", "9", "a", "f");
const part = (length: number) => fc.array(digits, { minLength: length, maxLength: length }).map((all) => all.join(""));
/** Few digits, and the same at the end, so that many are equal or nearly so. */
const uuid = fc.tuple(part(1), part(1)).map(([first, last]) => `${first}0000000-0000-4000-8000-0000000000${last}1`);
const likeOne = uuid.chain((id) =>
  fc.constantFrom(
    id.toUpperCase(),
    `${id} `,
    id.slice(1),
    id.replace("-", "0"),
    id.replace("4", "g"),
    `é${id.slice(1)}`,
  ),
);
const nil = "00000000-0000-0000-0000-000000000000";
const anyId = fc.oneof(uuid, likeOne, fc.constant(nil), fc.string({ minLength: 1, maxLength: 3 }));

describe("recentIds", () => {
  test("remembers at least as many as asked for, and at most twice as many", () => {
    const ids = recentIds(100);
    for (let index = 0; index < 1234; index += 1) {
      ids.add(`id${index}`);
      const oldest = Math.max(0, index - 99);
      expect(ids.has(`id${index}`) && ids.has(`id${oldest}`)).toBe(true);
      if (index >= 200) expect(ids.has(`id${index - 200}`)).toBe(false);
    }
  });

  test("takes no id for another, UUID or not", () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.array(anyId, { maxLength: 80 }), (remember, ids) => {
        const [real, model] = [recentIds(remember), plainly(remember)];
        for (const id of ids) {
          real.add(id);
          model.add(id);
          for (const other of [...ids, nil]) expect(real.has(other)).toBe(model.has(other));
        }
      }),
    );
  });

  test("remembers 200,000 UUIDs by default, and not one that did not come", () => {
    const made = (index: number) => `${index.toString(16).padStart(8, "0")}-0000-7000-8000-000000000001`;
    const ids = recentIds(200_000);
    for (let index = 0; index < 450_000; index++) ids.add(made(index));
    const held = (from: number, to: number) => {
      let count = 0;
      for (let index = from; index < to; index++) if (ids.has(made(index))) count++;
      return count;
    };
    expect(held(0, 200_000)).toBe(0);
    expect(held(200_000, 450_000)).toBe(250_000);
    expect(held(450_000, 900_000)).toBe(0);
  });
});
