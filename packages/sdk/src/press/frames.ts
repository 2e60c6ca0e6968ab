import type { Context, Stop } from "../capture.js";

/** Listens in what `clicks` does not reach by itself. */
export type Frames = (context: Context, type: string, listener: (event: MouseEvent) => void) => Stop;

/** The frames of the site itself, for `clicks({ frames: sameOriginFrames })`: those that are there, and those that load later. */
export const sameOriginFrames: Frames = ({ listen, guard }, type, listener) => {
  // One function for good: added again after a frame has loaded anew, it listens once.
  const guarded = guard((event: MouseEvent) => {
    // A frame whose own script tag runs in frames counts its own.
    if (!event.view?.document.querySelector("[data-key][data-frames]")) listener(event);
  }) as EventListener;
  const each = (method: "addEventListener" | "removeEventListener"): void => {
    for (const { contentDocument } of document.querySelectorAll("iframe"))
      contentDocument?.defaultView?.[method](type, guarded, { capture: true, passive: true });
  };
  // The load of a frame is not heard on window: https://html.spec.whatwg.org/multipage/document-lifecycle.html
  listen(document, "load", () => each("addEventListener"));
  each("addEventListener");
  return () => each("removeEventListener");
};
