// Vercel's Routing Middleware, in the project's root, on the two paths of isotherm.config.json; add that of each pass-through.
//
//   vercel env add RELAY          https://relay.example
//   vercel env add RELAY_SECRET   the same as relay.proxyProof.secret
//
// The relay: "proxyProof": { "header": "x-from-our-edge", "addressHeader": "x-visitor-address" }

export const config = { matcher: ["/f3k9q2w7/:path*", "/h2m4x8b1/:path*"] };

export default function middleware(request) {
  const { pathname, search } = new URL(request.url);
  const forwarded = new Request(process.env.RELAY + pathname + search, request);
  forwarded.headers.set("x-from-our-edge", process.env.RELAY_SECRET);
  // https://vercel.com/docs/headers/request-headers#x-real-ip
  forwarded.headers.set("x-visitor-address", request.headers.get("x-real-ip") ?? "");
  return fetch(forwarded);
}
