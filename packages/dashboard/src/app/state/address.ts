import { type ReadonlySignal, signal } from "@preact/signals";
import { readView, type View, writeView } from "./view.js";

/** The view that the address bar names. */
export interface Address {
  readonly view: ReadonlySignal<View>;
  /** Changes part of the view, and the address with it; one step of the browser's history. */
  go(change: Partial<View>): void;
  /** Follows back and forward until the answer is called. */
  follow(): () => void;
}

export function address(host: Window): Address {
  const view = signal(readView(host.location.search));
  return {
    view,
    go(change) {
      const next = { ...view.peek(), ...change };
      const query = writeView(next);
      if (query === writeView(view.peek())) return;
      view.value = next;
      host.history.pushState(null, "", query === "" ? host.location.pathname : query);
    },
    follow() {
      const onPop = (): void => {
        view.value = readView(host.location.search);
      };
      host.addEventListener("popstate", onPop);
      return () => host.removeEventListener("popstate", onPop);
    },
  };
}
