import { closest } from "./closest.js";

/** Whether `data-iso-ignore` keeps an element, or what it stands in, out of every capture. */
export const ignored = (element: Element): boolean => !!closest(element, "[data-iso-ignore]");
