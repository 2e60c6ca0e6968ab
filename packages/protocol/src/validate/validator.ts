/** The first thing wrong, as ajv says it. */
export interface Fault {
  /** JSON pointer from the value that was checked. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly allowedValues?: readonly unknown[]; readonly allowedValue?: unknown };
}

/** A compiled schema: says whether a value holds, and leaves what is wrong in `errors`. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly Fault[] | null;
}
