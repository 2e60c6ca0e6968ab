declare const of: unique symbol;

/** A JSON Schema (draft 2020-12). */
export interface AnySchema {
  readonly [keyword: string]: unknown;
}

/** A JSON Schema of values of type `T`. The type travels along, so that a schema and its type cannot drift apart. */
export interface Schema<T> extends AnySchema {
  readonly [of]?: (value: T) => T;
}

/** The schema of a field that may be absent. */
export interface Optional<T> {
  readonly optional: Schema<T>;
}

/** One schema per field of `T`: `Optional` exactly where the field may be absent. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Schema<T[K]>;
};

/** The schema of an object, with its fields by name. Other fields pass: a newer sender may know more. */
export interface RecordSchema<T> extends Schema<T> {
  readonly type: "object";
  readonly required: readonly string[];
  readonly properties: { readonly [field: string]: AnySchema };
}

/** Marks a field that may be absent. */
export const optional = <T>(schema: Schema<T>): Optional<T> => ({ optional: schema });

/** An object with these fields; every field of `T` has to be listed. */
export function record<T>(fields: Fields<T>): RecordSchema<T> {
  const required: string[] = [];
  const properties: { [field: string]: AnySchema } = {};
  for (const [field, entry] of Object.entries(fields as { readonly [field: string]: AnySchema | Optional<unknown> })) {
    if (isOptional(entry)) properties[field] = entry.optional;
    else {
      required.push(field);
      properties[field] = entry;
    }
  }
  return { type: "object", required, properties };
}

const isOptional = (entry: AnySchema | Optional<unknown>): entry is Optional<unknown> => "optional" in entry;

/** A string of `min` to `max` characters. */
export const text = (max: number, min = 0): Schema<string> => ({
  type: "string",
  ...(min > 0 && { minLength: min }),
  maxLength: max,
});

/** A string that matches `pattern` from end to end. */
export const matching = (pattern: string): Schema<string> => ({ type: "string", pattern: `^${pattern}$` });

/** A whole number between two others, both included. */
export const integer = (minimum: number, maximum: number): Schema<number> => ({ type: "integer", minimum, maximum });

/** A finite number, within bounds where there are any. */
export const decimal = (bounds: { minimum?: number; exclusiveMinimum?: number; maximum?: number }): Schema<number> => ({
  type: "number",
  ...bounds,
});

/** True or false. */
export const flag: Schema<boolean> = { type: "boolean" };

/** Exactly this value. */
export const literal = <const T extends string | number>(value: T): Schema<T> => ({ const: value });

/** One of these strings; every member of `T` has to be listed. */
export const choice = <T extends string>(values: { readonly [V in T]: true }): Schema<T> => ({
  type: "string",
  enum: Object.keys(values),
});

/** An array of `min` to `max` items of one kind. */
export const list = <T>(items: Schema<T>, bounds: { min: number; max: number }): Schema<readonly T[]> => ({
  type: "array",
  ...(bounds.min > 0 && { minItems: bounds.min }),
  maxItems: bounds.max,
  items,
});

/** An array of numbers: as many as `starts` of its own kind, then `steps`, `max` in all. */
export const trail = (
  starts: readonly Schema<number>[],
  steps: Schema<number>,
  max: number,
): Schema<readonly number[]> => ({
  type: "array",
  minItems: starts.length,
  maxItems: max,
  prefixItems: starts,
  items: steps,
});

/** An array of exactly two. */
export const pair = <A, B>(first: Schema<A>, second: Schema<B>): Schema<readonly [A, B]> => ({
  type: "array",
  prefixItems: [first, second],
  minItems: 2,
  maxItems: 2,
  items: false,
});
