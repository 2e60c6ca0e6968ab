import { clicks } from "../../capture/clicks.js";
import { dead } from "../../capture/dead.js";
import { links } from "../../capture/links.js";
import { rage } from "../../capture/rage.js";
import { tracked } from "../../capture/tracked.js";
import type { Capture } from "../../capture.js";
import { sameOriginFrames } from "../../press/frames.js";

/** A page without a bundler gets all that is known of presses, in one file. */
export const capture = (): Capture => (emit, context) => {
  const stops = [clicks({ frames: sameOriginFrames }), dead(), links(), rage(), tracked()].map((one) =>
    one(emit, context),
  );
  return (erase) => {
    for (const stop of stops) stop(erase);
  };
};
