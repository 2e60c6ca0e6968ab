"use client";
import type { Experiment, Experiments } from "@isotherm/sdk";
import { useEffect, useSyncExternalStore } from "react";

const unknown = (): undefined => undefined;

/**
 * The variant to show, and records that it was seen once it is on the page. Undefined on a server, while it hydrates,
 * and as long as nobody knows who the visitor is: then show what everybody saw before the experiment.
 *
 * @param experiments the ones given to `use`
 */
export function useExperiment<E extends { readonly [name: string]: Experiment }, N extends keyof E & string>(
  experiments: Experiments<E>,
  name: N,
): E[N]["variants"][number] | undefined {
  const variant = useSyncExternalStore(experiments.subscribe, () => experiments.variant(name), unknown);
  useEffect(() => {
    // Also when it changes: somebody else may have logged in.
    if (variant) experiments.show(name);
  }, [experiments, name, variant]);
  return variant;
}
