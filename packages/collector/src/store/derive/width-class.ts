import { type WidthClass, widthClasses } from "@isotherm/protocol";

/** The largest width class that a viewport reaches. */
export function widthClass(viewport: number): WidthClass {
  return widthClasses.findLast((edge) => edge <= viewport) ?? 0;
}
