import { startServer } from "../http/server.mjs";

const files = {
  isotherm: new URL("contenders/isotherm.mjs", import.meta.url),
  "heat-collector": new URL("contenders/heat-collector.mjs", import.meta.url),
  "fastify-ajv": new URL("../http/fastify-ajv.mjs", import.meta.url),
};

/** As isotherm's image has it. */
export const collectorFlags = ["--max-semi-space-size=16", "--v8-pool-size=1"];

/** Starts a contender on a folder, whenever it is called; Isotherm on a port too, and on a database in PostgreSQL. */
export const starting =
  (contender, folder, { mode = "", port = 0, database = "" } = {}) =>
  () =>
    startServer(
      files[contender],
      [folder, mode, String(port), database],
      contender === "isotherm" ? collectorFlags : [],
    );
