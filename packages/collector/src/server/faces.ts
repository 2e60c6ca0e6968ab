import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Collector } from "../collector.js";
import { CollectorError } from "../collector-error.js";
import { collectorApp } from "./collector-app.js";

/** A collector in an app that is not Fastify's. */
export interface Faces extends Pick<Collector, "router" | "handler"> {
  /** Resolves once the requests that came in by them are answered, or have had their time. */
  settled(): Promise<void>;
}

/** Requests that are under way when the collector is closed have this long to be answered. */
const patience = 10_000;

/** What Express and its like say of an address besides Node: all of it, and the part that an app is mounted on. */
interface Mounted {
  readonly originalUrl?: string;
  readonly baseUrl?: string;
}

export function collectorFaces({ plugin, logger }: Pick<Collector, "plugin" | "logger">): Faces {
  const passOn = new WeakMap<IncomingMessage, (error?: unknown) => void>();
  const underWay = new Set<ServerResponse>();
  let made: Promise<FastifyInstance> | null = null;

  const make = async (): Promise<FastifyInstance> => {
    const app = collectorApp({ logger });
    app.addHook("onRequest", async (request, reply) => {
      const { raw, is404 } = request;
      const next = is404 ? passOn.get(raw) : undefined;
      if (next) {
        reply.hijack();
        next();
      } else if (raw.readableDidRead) {
        const message = "something read the body before the collector could: put the collector before body parsers";
        throw new CollectorError("internal", message);
      }
    });
    await app.register(plugin);
    await app.ready();
    return app;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const folder = folderOf(request);
    if (folder !== null) {
      response.writeHead(308, { location: folder }).end();
      return;
    }
    made ??= make();
    const app = await made;
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
    app.routing(request, response);
  };

  return {
    router(request, response, next) {
      passOn.set(request, (error) => {
        underWay.delete(response);
        next(error);
      });
      answer(request, response).catch(next);
    },
    async handler(request, response) {
      const ended = new Promise<void>((resolve) => response.once("close", resolve));
      await answer(request, response);
      await ended;
    },
    async settled() {
      const ends = [...underWay].map((response) => new Promise<void>((resolve) => response.once("close", resolve)));
      if (ends.length === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patience);
      });
      await Promise.race([Promise.all(ends), late]);
      clearTimeout(timer);
    },
  };
}

/** Where to go from the very path that the app is mounted on: the dashboard's addresses are relative to a folder. */
function folderOf(request: IncomingMessage): string | null {
  const { originalUrl = "", baseUrl = "" } = request as Mounted;
  const [path = "", search] = originalUrl.split("?");
  if (baseUrl === "" || path !== baseUrl || (request.method !== "GET" && request.method !== "HEAD")) return null;
  // Relative, so that it is also right behind a proxy that takes a part of the path away.
  const folder = `${path.slice(path.lastIndexOf("/") + 1)}/`;
  return search === undefined ? folder : `${folder}?${search}`;
}
