import type { Isotherm } from "@isotherm/sdk";
import { inject } from "vue";
import { nobody } from "./nobody.js";
import { isothermKey } from "./plugin.js";

/** The SDK of the app. Without the plugin its methods do nothing, and the console says so. */
export function useIsotherm(): Isotherm {
  const isotherm = inject(isothermKey, nobody);
  if (isotherm === nobody) console.warn("isotherm: nothing is recorded here, the app does not use isothermPlugin");
  return isotherm;
}
