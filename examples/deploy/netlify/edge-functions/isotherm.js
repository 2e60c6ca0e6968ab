// A Netlify Edge Function on the two paths of isotherm.config.json; add that of each pass-through.
//
//   netlify env:set RELAY https://relay.example
//   netlify env:set RELAY_SECRET …              the same as relay.proxyProof.secret
//
// The relay: "proxyProof": { "header": "x-from-our-edge", "addressHeader": "x-visitor-address" }

export const config = { path: ["/f3k9q2w7", "/f3k9q2w7/*", "/h2m4x8b1/*"] };

export default (request, { ip }) => {
  const { pathname, search } = new URL(request.url);
  const forwarded = new Request(Netlify.env.get("RELAY") + pathname + search, request);
  forwarded.headers.set("x-from-our-edge", Netlify.env.get("RELAY_SECRET"));
  // https://docs.netlify.com/build/edge-functions/api/#netlify-specific-context-object
  forwarded.headers.set("x-visitor-address", ip);
  return fetch(forwarded);
};
