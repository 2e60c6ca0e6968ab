import type { Entry, Refusal, Target } from "./target.js";

/** Why an entry goes to the dead letters that is older than its target takes. */
export const tooLate: Refusal = { code: "batch_late", message: "the target does not take a batch this old" };

/** Whether an entry is older than its target takes, and is not to be sent for that. */
export const isTooLate = ({ item, since }: Entry, { late, limits }: Target, now: number): boolean =>
  late === "dead" && now - (since ?? item.receivedAt) > limits.lateness;
