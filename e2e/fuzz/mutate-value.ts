import type { Random } from "./random.js";

/** A value as JSON has it, before anybody has checked it. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Changes a value somewhere, and says what it did. The value is its own to change. */
type Mutation = (value: Value, random: Random) => Value;

interface Place {
  readonly holder: Value[] | { [key: string]: Value };
  readonly key: string;
}

/** Every place of a value, its own arrays' items and objects' fields at any depth. */
function placesOf(value: Value): readonly Place[] {
  const places: Place[] = [];
  const open: Value[] = [value];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (typeof holder !== "object" || holder === null) continue;
    for (const [key, inner] of Object.entries(holder)) {
      places.push({ holder, key });
      open.push(inner);
    }
  }
  return places;
}

const read = ({ holder, key }: Place): Value => (holder as { [key: string]: Value })[key] as Value;

// Assigning to `__proto__` would change what the object is, and send nothing.
const write = ({ holder, key }: Place, value: Value): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

const numbers = [0, -1, 0.5, -0.1, 1e21, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 8.64e15 + 1];
const wrong: readonly Value[] = [null, true, "", "7", 7, -7, 0.5, [], {}, [[]], [null], { length: 3 }, { toString: 1 }];
const texts = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "\u202egnirts\u202c",
  "\ufeff",
  "e\u0301".repeat(50),
  "😀".repeat(300),
  "__proto__",
  "'; DROP TABLE raw; --",
  "<script>alert(1)</script>",
  "http://",
  "https://\u0000/",
  "https://[::1",
  "https://shop.example/%zz?utm_source=%00&utm_source=%ff",
  `https://shop.example/${"a/".repeat(1_000)}`,
  "javascript:alert(1)",
  "%s%n%x",
  "Europe/Nowhere",
  "0000-00-00",
];
const keys = ["__proto__", "constructor", "toString", "", "\u0000", "type", "id", "edge", "extra", "1", "$where"];

const nested = (depth: number, random: Random): Value => {
  let value: Value = random.pick<Value>([1, "deep", []]);
  for (let level = 0; level < depth; level++) value = random.chance(0.5) ? [value] : { a: value };
  return value;
};

const somewhere =
  (change: (place: Place, random: Random) => void): Mutation =>
  (value, random) => {
    const places = placesOf(value);
    if (places.length > 0) change(random.pick(places), random);
    return value;
  };

/** What can be done to a value, by name. */
const mutations: { readonly [name: string]: Mutation } = {
  "wrong type": somewhere((place, random) => write(place, structuredClone(random.pick(wrong)))),
  "number out of the way": somewhere((place, random) => write(place, random.pick(numbers))),
  "odd text": somewhere((place, random) => write(place, random.pick(texts))),
  "long text": somewhere((place, random) =>
    write(place, random.pick(["x", "é", "\u0001", "😀"]).repeat(random.pick([129, 513, 2_049, 40_000, 70_000]))),
  ),
  nesting: somewhere((place, random) => write(place, nested(random.pick([3, 12, 15, 16, 17, 200, 1_000]), random))),
  "missing field": somewhere(({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  }),
  "unknown field": somewhere(({ holder }, random) => {
    if (Array.isArray(holder)) holder.push(random.pick(wrong));
    else write({ holder, key: random.pick(keys) }, structuredClone(random.pick(wrong)));
  }),
  "many unknown fields": somewhere(({ holder }, random) => {
    const many = random.pick([200, 999, 1_001, 3_000]);
    if (!Array.isArray(holder)) for (let at = 0; at < many; at++) holder[`f${at}`] = at;
  }),
  "repeated item": somewhere(({ holder, key }, random) => {
    if (!Array.isArray(holder)) return;
    const item = JSON.stringify(holder[Number(key)]);
    // What weighs too much is cut down by the limits on bytes; many small items have limits of their own.
    const times = Math.min(random.pick([1, 63, 64, 999, 1_000]), Math.ceil(200_000 / item.length));
    for (let at = 0; at < times; at++) holder.push(JSON.parse(item) as Value);
  }),
  "two places swapped": (value, random) => {
    const places = placesOf(value);
    if (places.length === 0) return value;
    const [one, other] = [random.pick(places), random.pick(places)];
    const [first, second] = [structuredClone(read(one)), structuredClone(read(other))];
    write(one, second);
    write(other, first);
    return value;
  },
  "another value altogether": (_value, random) => structuredClone(random.pick(wrong)),
};

/** Changes a value in one to three ways; gives it back with their names. */
export function mutateValue(value: Value, random: Random): { readonly value: Value; readonly how: string[] } {
  const how = Array.from({ length: 1 + random.below(3) }, () =>
    random.chance(0.02) ? "another value altogether" : random.pick(Object.keys(mutations).slice(0, -1)),
  );
  let changed = value;
  for (const name of how) changed = (mutations[name] as Mutation)(changed, random);
  return { value: changed, how };
}
