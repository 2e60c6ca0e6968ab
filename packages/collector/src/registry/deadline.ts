import { CollectorError } from "../collector-error.js";

/** The same promise, but rejecting with `store_unavailable` when it takes longer than `ms`. The work itself goes on. */
export async function withDeadline<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new CollectorError("store_unavailable", `the store did not answer in ${ms} ms`)),
      ms,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
