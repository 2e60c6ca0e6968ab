import type { Isotherm } from "@isotherm/sdk";
import type { DirectiveBinding, ObjectDirective } from "vue";

type Props = Parameters<Isotherm["track"]>[1];

/** The value of `v-track`: a name, or with `v-track:name` the properties. */
export type TrackValue = string | Props;

/** `v-track="'signup'"` or `v-track:signup="{ plan: 'pro' }"` tracks each click on its element, with the values that are bound by then. */
export type TrackDirective = ObjectDirective<HTMLElement, TrackValue, string, string>;

export function trackDirective(isotherm: Isotherm): TrackDirective {
  const bindings = new WeakMap<HTMLElement, Pick<DirectiveBinding<TrackValue, string, string>, "arg" | "value">>();
  const onClick = ({ currentTarget }: Event): void => {
    const { arg, value } = bindings.get(currentTarget as HTMLElement) ?? {};
    if (typeof value === "string") isotherm.track(value);
    else isotherm.track(arg ?? "", value);
  };
  return {
    mounted(element, binding) {
      bindings.set(element, binding);
      // In the capture phase what is inside the element cannot keep the click from it.
      element.addEventListener("click", onClick, { capture: true, passive: true });
    },
    updated: (element, binding) => {
      bindings.set(element, binding);
    },
    unmounted: (element) => element.removeEventListener("click", onClick, true),
    // Nothing of it belongs into what a server renders.
    getSSRProps: () => undefined,
  };
}
