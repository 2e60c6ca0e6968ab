import type { Event, Navigation } from "@isotherm/protocol";

/** Milliseconds without activity after which a visit has ended. */
export const sessionGap = 1_800_000;

/** Milliseconds after which a visit ends even while its visitor goes on. */
export const sessionLongest = 86_400_000;

/** Whether an event starts and extends a visit; all others join one by their page view. */
export function isActivity(event: Event, nav: Navigation): boolean {
  switch (event.type) {
    case "page":
      return nav !== "resume";
    case "click":
    case "input":
    case "keyboard":
    case "goal":
      return true;
    case "custom":
      return event.passive !== true;
    default:
      return false;
  }
}

/** Whether an event makes a visit more than a bounce, however few pages it saw. */
export function endsBounce(event: Event): boolean {
  return event.type === "goal" || (event.type === "custom" && event.passive !== true);
}
