import { setImmediate } from "node:timers/promises";

/** A core's functions as promises: what they return, or, of those that yield, what they return in the end. */
export type Result<Work> = Work extends (...args: never[]) => Generator<void, infer Report>
  ? Report
  : Work extends (...args: never[]) => infer Value
    ? Value
    : never;

/** Calls a core by name, wherever it runs. */
export type Call<Core> = <Name extends keyof Core & string>(
  name: Name,
  ...args: Core[Name] extends (...args: infer Args) => unknown ? Args : never
) => Promise<Result<Core[Name]>>;

/** Runs one function of a core; one that yields lets others have their turn in between. `errorOf` names failures. */
export async function runCore<Core extends object>(
  core: Core,
  name: string,
  args: readonly unknown[],
  errorOf: (error: unknown) => unknown,
): Promise<unknown> {
  const work = (core as { readonly [name: string]: ((...args: readonly unknown[]) => unknown) | undefined })[name];
  if (!work) throw new TypeError(`there is no ${name}`);
  try {
    const result = work(...args);
    return isGenerator(result) ? await drain(result) : result;
  } catch (error) {
    throw errorOf(error);
  }
}

async function drain(steps: Generator<void, unknown>): Promise<unknown> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
  }
}

function isGenerator(value: unknown): value is Generator<void, unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value;
}
