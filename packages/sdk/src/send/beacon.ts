import type { Capture } from "../capture.js";

/** For browsers whose `fetch` cannot outlive the page, Firefox before 133: a beacon takes the last words. */
export function beacon(): Capture {
  return (_emit, context) => {
    const { send = fetch } = context;
    if (!("keepalive" in Request.prototype))
      context.send = (to, request) => {
        if (!request.keepalive) return send(to, request);
        navigator.sendBeacon(to, request.body);
        // Accepted is not delivered, and there is no answer: nothing is forgotten.
        return Promise.reject();
      };
    return () => {};
  };
}
