import type { Properties } from "@isotherm/protocol";

/** The event that markup asks for: `data-iso-track="signup" data-iso-track-plan="pro"` tracks `signup` with `plan`. */
export function trackedPress(element: Element): { name: string; props: Properties } | undefined {
  const marked = element.closest("[data-iso-track]");
  if (!marked) return undefined;
  const props: { [name: string]: string } = {};
  for (const { name, value } of marked.attributes)
    if (name.startsWith("data-iso-track-")) props[name.slice(15)] = value;
  return { name: marked.getAttribute("data-iso-track") ?? "", props };
}
