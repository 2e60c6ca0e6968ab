import { limits, snapshotLimits, type WantedSnapshot, widthClasses } from "@isotherm/protocol";
import type { Target } from "../target/target.js";
import { readJson } from "../web/read-json.js";
import type { Wants } from "./wants.js";

/** A collector as a target whose answers are also listened to for the page snapshots that it would like to have. */
export function hearing(target: Target, wants: Wants): Target {
  return {
    ...target,
    classify(response, request) {
      // An envelope is of one key, and so of one site.
      const site = request.entries[0]?.item.site;
      if (response.status === 202 && site !== undefined) wants.hear(site, wantedIn(response.body));
      return target.classify(response, request);
    },
  };
}

function wantedIn(body: Uint8Array): readonly WantedSnapshot[] {
  const answer = readJson(body) as { readonly hints?: { readonly wanted?: unknown } } | null | undefined;
  const wanted = answer?.hints?.wanted;
  return Array.isArray(wanted) ? wanted.filter(isWanted) : [];
}

function isWanted(value: unknown): value is WantedSnapshot {
  if (typeof value !== "object" || value === null) return false;
  const { page, bucket, layout } = value as { readonly [field: string]: unknown };
  const isText = (text: unknown, most: number): boolean => typeof text === "string" && text.length <= most;
  const isBucket = widthClasses.some((edge) => edge === bucket);
  return isText(page, limits.url) && isText(layout, snapshotLimits.layout) && isBucket;
}
