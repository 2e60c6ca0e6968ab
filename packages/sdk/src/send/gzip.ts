import type { Capture } from "../capture.js";

// Below, the header weighs more than what is saved.
const least = 1_024;

/** Compresses requests of more than 1 KiB to this site's own origin, never while the page ends: that may not wait. */
export function gzip(): Capture {
  return (_emit, context) => {
    const { send = fetch } = context;
    // To another origin the header would cost a preflight.
    const own = new URL(context.options.to, location.href).origin === location.origin;
    if (own && typeof CompressionStream === "function")
      context.send = async (to, request) => {
        const { body, keepalive } = request;
        if (keepalive || typeof body !== "string" || body.length <= least) return send(to, request);
        const { identity } = context;
        const packed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
        const headers = { "content-type": "text/plain", "content-encoding": "gzip" };
        const small = await new Response(packed).arrayBuffer();
        // The visitor may have refused meanwhile, and is somebody else from then on.
        if (identity !== context.identity) throw "denied";
        return send(to, { ...request, headers, body: small });
      };
    return () => {};
  };
}
