/** True under `pnpm drill`: every drill runs in full. In `npm test` each runs a part that shows the same. */
export const full: boolean = process.env.TEST_EFFORT === "full";

/** The seed of everything random in a drill: the same in every `npm test`, another in every `pnpm drill`, printed when it fails. */
export const seed: number = Number(process.env.TEST_SEED ?? 1);
