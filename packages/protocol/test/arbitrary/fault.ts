import type { AnySchema } from "@isotherm/protocol/schema";

/** A way to spoil one value of an envelope. */
export interface Fault {
  /** Where, as a JSON pointer. */
  readonly path: string;
  /** What is put there. */
  readonly value: unknown;
}

const pointer = (path: string, key: string | number): string =>
  `${path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** Values that the schema of one field does not take: wrong types, and both sides of its bounds. */
function wrongValues(schema: AnySchema): readonly unknown[] {
  const {
    const: constant,
    maxLength,
    minLength,
    minimum,
    maximum,
    exclusiveMinimum,
    maxItems,
    minItems,
  } = schema as {
    readonly [keyword: string]: number | undefined;
  };
  if (constant !== undefined) return typeof constant === "string" ? [7, null] : ["x", 0, null];
  switch (schema.type) {
    case "string":
      return [
        7,
        null,
        ["a"],
        {},
        ...(maxLength === undefined ? [] : ["x".repeat(maxLength + 1)]),
        ...(minLength === undefined ? [] : [""]),
        ...(schema.pattern === undefined ? [] : ["Ω"]),
        ...(schema.enum === undefined ? [] : ["no such word"]),
      ];
    case "integer":
      return ["1", null, true, 1.5, (minimum ?? 0) - 1, (maximum ?? 0) + 1];
    case "number":
      return [
        "1",
        null,
        [],
        ...(minimum === undefined ? [] : [minimum - 1]),
        ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
        ...(maximum === undefined ? [] : [maximum + 1]),
      ];
    case "boolean":
      return [1, "true", null];
    case "array":
      return [
        {},
        "x",
        null,
        ...(minItems === undefined ? [] : [[]]),
        ...(maxItems === undefined ? [] : [new Array(maxItems + 1).fill(0)]),
      ];
    default:
      return [[], 1, "x", null];
  }
}

/** Every way to spoil one known field of `value`, by its schema; `events` are looked up by their type. */
export function faultsOf(
  value: unknown,
  schema: AnySchema,
  eventSchema: (type: string) => AnySchema | undefined,
  path = "",
): readonly Fault[] {
  const here = path === "" ? [] : wrongValues(schema).map((wrong) => ({ path, value: wrong }));
  if (Array.isArray(value)) {
    const items = (index: number): AnySchema | undefined =>
      (schema.prefixItems as readonly AnySchema[] | undefined)?.[index] ?? (schema.items as AnySchema | undefined);
    return [
      ...here,
      ...value.flatMap((item, index) => {
        const inner = path.endsWith("/events") ? eventSchema((item as { type: string }).type) : items(index);
        return inner === undefined ? [] : faultsOf(item, inner, eventSchema, pointer(path, index));
      }),
    ];
  }
  if (typeof value !== "object" || value === null) return here;
  const properties = (schema.properties ?? {}) as { readonly [field: string]: AnySchema };
  return [
    ...here,
    ...Object.entries(value).flatMap(([field, inner]) => {
      const known = Object.hasOwn(properties, field) ? properties[field] : undefined;
      return known === undefined ? [] : faultsOf(inner, known, eventSchema, pointer(path, field));
    }),
  ];
}

/** A copy of `value` with `replacement` at the pointer. */
export function replaced(value: unknown, path: string, replacement: unknown): unknown {
  const copy = structuredClone(value);
  const keys = path.split("/").slice(1);
  const last = keys.pop();
  let holder = copy as { [key: string]: unknown };
  for (const key of keys)
    holder = holder[key.replaceAll("~1", "/").replaceAll("~0", "~")] as { [key: string]: unknown };
  if (last !== undefined) holder[last.replaceAll("~1", "/").replaceAll("~0", "~")] = replacement;
  return copy;
}
