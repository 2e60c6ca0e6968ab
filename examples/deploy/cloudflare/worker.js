// A Cloudflare Worker on the route shop.example/*, or on the two paths alone, which are those of isotherm.config.json; add that of
// each pass-through.
//
//   wrangler secret put RELAY_SECRET        the same as relay.proxyProof.secret
//   [vars] RELAY = "https://relay.example"  in wrangler.toml
//
// The relay: "proxyProof": { "header": "x-from-our-edge", "addressHeader": "x-visitor-address" }

const ours = /^\/(f3k9q2w7|h2m4x8b1)(\/|$)/;

export default {
  fetch(request, { RELAY, RELAY_SECRET }) {
    const { pathname, search } = new URL(request.url);
    if (!ours.test(pathname)) return fetch(request);
    const forwarded = new Request(RELAY + pathname + search, request);
    forwarded.headers.set("x-from-our-edge", RELAY_SECRET);
    // https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
    forwarded.headers.set("x-visitor-address", request.headers.get("cf-connecting-ip") ?? "");
    return fetch(forwarded);
  },
};
