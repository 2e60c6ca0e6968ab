import type { FastifyPluginAsync } from "fastify";
import type { Relay } from "../relay.js";
import { serve } from "./serve.js";

/**
 * A relay as a plugin of a Fastify app that is there already: `app.register(relayPlugin(relay))`. Its paths are the
 * relay's own, so it takes no prefix. Whoever made the relay closes it, after the app.
 */
export const relayPlugin =
  (relay: Relay): FastifyPluginAsync =>
  async (app) =>
    serve(app, relay);
