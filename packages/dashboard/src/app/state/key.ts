import { type ReadonlySignal, signal } from "@preact/signals";

/** The read key of this browser. */
export interface KeyRing {
  readonly key: ReadonlySignal<string | null>;
  /** Keeps a key: for this tab, or on this device until it is forgotten. */
  keep(key: string, where: "tab" | "device"): void;
  forget(): void;
  /** Takes a key that was handed over as `#key=rd_…` and removes it from the address bar. */
  takeFromAddress(): void;
}

const shape = /^rd_[0-9A-Za-z]{32}$/;

/** The key inside what somebody pasted: the key itself, or the link that holds it; null when there is none. */
export function keyIn(text: string): string | null {
  const key = /rd_[0-9A-Za-z]+/.exec(text)?.[0] ?? "";
  return shape.test(key) ? key : null;
}

export function keyRing(host: Window): KeyRing {
  // Two dashboards under one origin each keep their own.
  const name = `isotherm ${host.location.pathname.replace(/[^/]*$/, "")}`;
  const stores = (): Storage[] => {
    try {
      return [host.sessionStorage, host.localStorage];
    } catch {
      return []; // Storage is switched off: the key then lives as long as the page.
    }
  };
  const kept = stores()
    .map((store) => store.getItem(name))
    .find((key) => key !== null);
  const key = signal<string | null>(kept ?? null);

  const ring: KeyRing = {
    key,
    keep(next, where) {
      const [tab, device] = stores();
      for (const store of stores()) store.removeItem(name);
      (where === "tab" ? tab : device)?.setItem(name, next);
      key.value = next;
    },
    forget() {
      for (const store of stores()) store.removeItem(name);
      key.value = null;
    },
    takeFromAddress() {
      if (!host.location.hash.startsWith("#key=")) return;
      const handed = keyIn(host.location.hash);
      host.history.replaceState(null, "", host.location.pathname + host.location.search);
      if (handed !== null) ring.keep(handed, "tab");
    },
  };
  return ring;
}
