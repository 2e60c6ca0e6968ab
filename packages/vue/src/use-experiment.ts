import type { Experiment, Experiments } from "@isotherm/sdk";
import { onMounted, onUnmounted, type ShallowRef, shallowRef, watch } from "vue";

/**
 * The variant to show, and records that it was seen once it is on the page. Undefined on a server, while it hydrates,
 * and as long as nobody knows who the visitor is: then show what everybody saw before the experiment.
 *
 * @param experiments the ones given to `use`
 */
export function useExperiment<E extends { readonly [name: string]: Experiment }, N extends keyof E & string>(
  experiments: Experiments<E>,
  name: N,
): Readonly<ShallowRef<E[N]["variants"][number] | undefined>> {
  const variant = shallowRef<E[N]["variants"][number]>();
  const read = (): void => {
    variant.value = experiments.variant(name);
  };
  let stop: (() => void) | undefined;
  onMounted(() => {
    stop = experiments.subscribe(read);
    read();
  });
  onUnmounted(() => stop?.());
  // After the page has been changed, which is when it can be seen.
  watch(variant, (found) => found && experiments.show(name), { flush: "post" });
  return variant;
}
