import fc from "fast-check";

// The suite is the same every time: a red run is a change's doing. `pnpm drill` gives it other seeds.
const seed = Number(process.env.TEST_SEED ?? 1);
if (!Number.isSafeInteger(seed)) {
  throw new Error(`TEST_SEED is a whole number, not "${process.env.TEST_SEED}"`);
}
fc.configureGlobal({ seed });
