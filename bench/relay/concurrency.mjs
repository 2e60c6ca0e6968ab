/** Requests that the relay may have under way at its target: what it comes with. */
export const concurrency = 4;
