import { onDark, onLight, type Ramp } from "./ramp.js";

/** The ramp for the paper of the moment. */
export const colours = (): Ramp => (matchMedia("(prefers-color-scheme: dark)").matches ? onDark : onLight);
