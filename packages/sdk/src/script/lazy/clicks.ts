import { clicks } from "../../capture/clicks.js";
import type { Capture } from "../../capture.js";
import { sameOriginFrames } from "../../press/frames.js";

export const capture = (): Capture => clicks({ frames: sameOriginFrames });
