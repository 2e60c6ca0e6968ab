declare const of: unique symbol;

/** A JSON Schema of values of type `T`. The type travels along, so that an answer and its description cannot drift apart. */
export interface Schema<T> {
  readonly [of]?: (value: T) => T;
  readonly [keyword: string]: unknown;
}

/** The schema of a field that may be absent. */
export interface Optional<T> {
  readonly optional: Schema<T>;
}

type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Schema<T[K]>;
};

/** Marks a field that may be absent. */
export const optional = <T>(schema: Schema<T>): Optional<T> => ({ optional: schema });

/** An object with exactly these fields; every field of `T` has to be listed. */
export function object<T>(fields: Fields<T>, description?: string): Schema<T> {
  const required: string[] = [];
  const properties: { [field: string]: unknown } = {};
  for (const [name, field] of Object.entries(
    fields as { readonly [name: string]: Schema<unknown> | Optional<unknown> },
  )) {
    if (isOptional(field)) properties[name] = field.optional;
    else {
      properties[name] = field;
      required.push(name);
    }
  }
  return {
    type: "object",
    ...(description !== undefined && { description }),
    additionalProperties: false,
    required,
    properties,
  };
}

const isOptional = (field: Schema<unknown> | Optional<unknown>): field is Optional<unknown> => "optional" in field;

/** Any keys, with values of one kind. */
export const map = <T>(values: Schema<T>, description?: string): Schema<{ readonly [key: string]: T }> => ({
  type: "object",
  ...(description !== undefined && { description }),
  additionalProperties: values,
});

/** Whatever JSON can hold. */
export const anything: Schema<unknown> = {};

export const string = <T extends string = string>(description?: string): Schema<T> => ({
  type: "string",
  ...(description !== undefined && { description }),
});

export const choice = <T extends string>(values: { readonly [V in T]: true }, description?: string): Schema<T> => ({
  type: "string",
  enum: Object.keys(values),
  ...(description !== undefined && { description }),
});

/** A whole number from 0 up. */
export const count = (description?: string): Schema<number> => ({
  type: "integer",
  minimum: 0,
  ...(description !== undefined && { description }),
});

export const number = (description?: string): Schema<number> => ({
  type: "number",
  ...(description !== undefined && { description }),
});

/** A share, 0 to 1. */
export const share = (description?: string): Schema<number> => ({
  type: "number",
  minimum: 0,
  maximum: 1,
  ...(description !== undefined && { description }),
});

/** Milliseconds since 1970. */
export const time = (description?: string): Schema<number> => ({
  type: "number",
  description: `${description ?? "A point in time"}, in ms since 1970`,
});

export const flag = (description?: string): Schema<boolean> => ({
  type: "boolean",
  ...(description !== undefined && { description }),
});

export const list = <T>(items: Schema<T>, description?: string): Schema<readonly T[]> => ({
  type: "array",
  items,
  ...(description !== undefined && { description }),
});

/** Three numbers in a row, as heat cells are. */
export const triple = (description: string): Schema<readonly [number, number, number]> => ({
  type: "array",
  items: { type: "integer" },
  minItems: 3,
  maxItems: 3,
  description,
});

/** The same, or null. */
export const nullable = <T>(schema: Schema<T>): Schema<T | null> => {
  const { description, ...rest } = schema;
  return { anyOf: [rest, { type: "null" }], ...(description !== undefined && { description }) };
};

/** Another schema of the document, by its name. */
export const named = <T>(name: string): Schema<T> => ({ $ref: `${name}#` });
