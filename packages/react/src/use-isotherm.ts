"use client";
import type { Isotherm } from "@isotherm/sdk";
import { useContext, useEffect } from "react";
import { forward } from "./forward.js";
import { IsothermContext } from "./provider.js";

const nobody = forward(() => undefined);

/**
 * The SDK of the nearest provider, the same at every render. It may be called in effects and handlers, also before the
 * provider's own effect has run. Without a provider its methods do nothing, and the console says so.
 */
export function useIsotherm(): Isotherm {
  const isotherm = useContext(IsothermContext);
  useEffect(() => {
    if (!isotherm) console.warn("isotherm: nothing is recorded here, there is no <IsothermProvider> around it");
  }, [isotherm]);
  return isotherm ?? nobody;
}
