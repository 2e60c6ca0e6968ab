import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from "fastify";
import { analyticsMetricsRoute } from "../api/analytics-metrics.js";
import { openapi } from "../api/docs/openapi.js";
import { docsRoutes } from "../api/docs/routes.js";
import { exportRoute } from "../api/export/route.js";
import { type HeatApiParts, heatCollectorRoutes } from "../api/heat-collector/routes.js";
import { apiRoutes } from "../api/routes.js";
import { namedSchemas } from "../api/schema/answers.js";
import { type BriefingParts, briefingRoute } from "../briefing/route.js";
import { CollectorError } from "../collector-error.js";
import type { CollectorHealth } from "../health/health.js";
import { healthRoutes } from "../health/routes.js";
import { beaconBodyIntake } from "../intake/foreign/beacon-body.js";
import { eventsIntake } from "../intake/foreign/events.js";
import { heatIntake } from "../intake/foreign/heat.js";
import { trackIntake } from "../intake/foreign/track.js";
import type { IntakeParts } from "../intake/parts.js";
import { intakeRoute } from "../intake/route.js";
import { type PrivacyParts, privacyRoutes } from "../privacy/routes.js";
import { asCollectorError, refuse } from "../refusal.js";
import { snapshotRoute } from "../snapshot/route.js";
import { organisationRoutes } from "../tenancy/organisation-routes.js";
import type { TenancyParts } from "../tenancy/parts.js";
import { projectRoutes } from "../tenancy/project-routes.js";
import { dashboardRoutes } from "./dashboard.js";
import { refuseOtherMethods } from "./other-methods.js";

const foreignIntakes = [heatIntake, beaconBodyIntake, trackIntake, eventsIntake] as const;

/** What the plugin serves. */
export interface PluginParts {
  readonly intake: IntakeParts;
  readonly briefing: BriefingParts;
  readonly api: HeatApiParts;
  readonly tenancy: TenancyParts;
  readonly privacy: PrivacyParts;
  readonly health: () => Promise<CollectorHealth>;
  /** Folder of the built dashboard; null serves none. */
  readonly dashboard: string | null;
}

/** Everything that a collector answers, as one Fastify plugin that leaves the rest of its host as it is. */
export function collectorPlugin(parts: PluginParts): FastifyPluginAsync {
  const { meters } = parts.intake;
  return async (app: FastifyInstance): Promise<void> => {
    const sayUnavailable = seldom();
    const startedAt = new WeakMap<FastifyRequest, number>();
    app.addHook("onRequest", async (request, reply) => {
      startedAt.set(request, performance.now());
      reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
    });
    app.addHook("onResponse", async (request, reply) => {
      const ms = performance.now() - (startedAt.get(request) ?? performance.now());
      const { method, routeOptions } = request;
      const route = routeOptions.url ?? "none";
      meters.answered(route, reply.statusCode, ms / 1000);
      request.log.debug({ method, route, status: reply.statusCode, ms }, "answered");
    });
    app.setErrorHandler((error, request, reply) => {
      const ours = asCollectorError(error);
      meters.refused(ours.refusal);
      if (ours.refusal === "unavailable") sayUnavailable(request, ours);
      return refuse(request, reply, ours);
    });
    // Query strings are read by `readQuery`, bodies by the protocol's validators: schemas only describe here.
    app.setValidatorCompiler(() => () => true);
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    for (const schema of namedSchemas) app.addSchema(schema);

    await openapi(app);
    const others = refuseOtherMethods(app);
    await app.register(async (scope) => intakeRoute(scope, parts.intake));
    await app.register(async (scope) => snapshotRoute(scope, parts.intake));
    for (const intake of foreignIntakes) await app.register(async (scope) => intake(scope, parts.intake));
    briefingRoute(app, parts.briefing);
    apiRoutes(app, parts.api);
    exportRoute(app, parts.api);
    analyticsMetricsRoute(app, parts.api);
    await app.register(async (scope) => heatCollectorRoutes(scope, parts.api));
    privacyRoutes(app, parts.privacy);
    for (const routes of [projectRoutes, organisationRoutes])
      await app.register(async (scope) => routes(scope, parts.tenancy));
    healthRoutes(app, parts.health);
    docsRoutes(app);
    if (parts.dashboard !== null) await app.register(dashboardRoutes(parts.dashboard));
    await app.register(async (scope) => others(scope));
    app.all("/v1/*", { schema: { hide: true } }, async (request) => {
      throw new CollectorError(
        "not_found",
        `there is nothing at ${request.url.split("?")[0]?.slice(0, 200)}; see /docs`,
      );
    });
  };
}

const sayAgainAfter = 10_000;

/** Logs why requests are turned away, but not for each of the thousands that an outage brings. */
function seldom(): (request: FastifyRequest, error: CollectorError) => void {
  const saidAt = new Map<string, number>();
  return (request, error) => {
    const at = performance.now();
    if (at - (saidAt.get(error.message) ?? Number.NEGATIVE_INFINITY) < sayAgainAfter) return;
    saidAt.set(error.message, at);
    request.log.warn({ err: error.cause ?? error }, error.message);
  };
}
