import replyFrom from "@fastify/reply-from";
import Fastify from "fastify";
import { serve } from "../../http/serve.mjs";

const [, , , sink] = process.argv;
const app = Fastify();
// Bodies pass as they come, neither read nor parsed.
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
app.register(replyFrom, { base: sink });
app.all("/*", (request, reply) => reply.from(request.raw.url));
serve(await app.listen({ host: "127.0.0.1", port: 0 }), { stop: () => app.close() });
