import { envelopeSchema } from "@isotherm/protocol/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import Fastify from "fastify";
import { serve } from "./serve.mjs";

const ajv = new Ajv2020({ strictTypes: false, strictTuples: false });
const app = Fastify();
app.setValidatorCompiler(({ schema }) => ajv.compile(schema));
app.addContentTypeParser("text/plain", { parseAs: "string" }, app.getDefaultJsonParser("ignore", "ignore"));
app.post("/v1/batches", { schema: { body: envelopeSchema } }, (_request, reply) => {
  reply.code(204).send();
});
serve(await app.listen({ host: "127.0.0.1", port: 0 }), { stop: () => app.close() });
