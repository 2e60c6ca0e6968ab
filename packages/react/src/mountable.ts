import { type Isotherm, type StartOptions, start } from "@isotherm/sdk";
import { forward } from "./forward.js";

/** An SDK that runs while a component is mounted. */
export type Mountable = [
  /** Usable at once, and the same for as long as the component lives. */
  isotherm: Isotherm,
  /** An effect: starts, and answers with how to stop. */
  mount: () => () => void,
];

/** One SDK for all the times that a component is mounted. Nothing starts before it is mounted, or something is called. */
export function mountable(options: StartOptions): Mountable {
  let running: Isotherm | undefined;
  let mounted = false;
  let over = false;
  // The effects of what is inside run before the provider's own: whichever comes first starts.
  const begun = (): Isotherm => {
    running ??= start(options);
    return running;
  };
  return [
    forward(begun),
    () => {
      mounted = true;
      if (over) running = undefined;
      over = false;
      begun();
      return () => {
        mounted = false;
        // Strict Mode and hot reloading unmount to mount again at once: https://react.dev/reference/react/StrictMode
        queueMicrotask(() => {
          if (mounted) return;
          running?.stop();
          over = true;
        });
      };
    },
  ];
}
