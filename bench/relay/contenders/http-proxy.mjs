import httpProxy from "@fastify/http-proxy";
import Fastify from "fastify";
import { serve } from "../../http/serve.mjs";

const [, , , sink] = process.argv;
const app = Fastify();
app.removeAllContentTypeParsers();
app.register(httpProxy, { upstream: sink });
serve(await app.listen({ host: "127.0.0.1", port: 0 }), { stop: () => app.close() });
