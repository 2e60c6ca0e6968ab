/** The page's own half: what the script tag left on `window`, and what the rig keeps beside it. */
type Tracked = {
  readonly isotherm?: {
    track(name: string, props?: { text: string }): void;
    flush(): Promise<{ waiting: number }>;
  };
  restored?: boolean;
};

/**
 * What drivers run in a page, whatever the engine. Each is sent as text: it may use nothing from around it, and name no
 * function inside, as some compilers then add a call to one of theirs.
 *
 * `ready` resolves to true once the SDK and every capture that its tag names run: what happens before, no one sees. In a
 * page without such a tag it resolves to false.
 */
export async function ready(): Promise<boolean> {
  // A plain import() would be replaced by the test runner's own loader.
  const load = new Function("url", "return import(url)") as (url: string) => Promise<{ capture?: unknown }>;
  const tag = document.querySelector<HTMLScriptElement>("script[data-use]");
  if (!tag) return false;
  const folder = new URL(".", tag.src).href;
  const named = tag.dataset.use?.match(/\w+/g)?.length ?? 0;
  for (;;) {
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    // They share files, which hold no capture; and who asked for a module first hears of it first.
    const modules = await Promise.all(files.filter((name) => name.startsWith(folder) && name !== tag.src).map(load));
    const { isotherm } = globalThis as unknown as Tracked;
    if (modules.filter(({ capture }) => capture).length >= named && isotherm?.track) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // Before the storage is open, nothing can be kept: where it may be used at all, that takes a moment.
  const opened = tag.dataset.use?.includes("offline") ? Date.now() + 3_000 : 0;
  try {
    while (Date.now() < opened && !(await indexedDB.databases()).some(({ name }) => name?.startsWith("isotherm")))
      await new Promise((resolve) => setTimeout(resolve, 20));
  } catch {
    // It may not be touched.
  }
  await new Promise((resolve) => setTimeout(resolve));
  return true;
}

/** Tracks events in one task, each with `bytes` of properties; resolves to the browser's clock. */
export function track({ names, bytes }: { readonly names: readonly string[]; readonly bytes: number }): number {
  const { isotherm } = globalThis as unknown as Tracked;
  for (const name of names) isotherm?.track(name, bytes ? { text: "x".repeat(bytes) } : undefined);
  return Date.now();
}

/** Lets the SDK send all it has; resolves to the batches that still wait. */
export async function flush(): Promise<number> {
  const { isotherm } = globalThis as unknown as Tracked;
  return isotherm ? (await isotherm.flush()).waiting : 0;
}

/** Takes note when the page comes back from the back/forward cache. */
export function heedRestore(): void {
  addEventListener("pageshow", ({ persisted }) => {
    (globalThis as unknown as Tracked).restored = persisted;
  });
}

/** Whether it has, or was loaded anew instead; null while the page before it is still there. */
export function wasRestored(): boolean | null {
  const { restored } = globalThis as unknown as Tracked;
  const [loaded] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return restored || (loaded?.type === "back_forward" ? false : null);
}

/** Has the server clear what this origin keeps on the device, as the browser does on its own after a week. */
export async function wipe(): Promise<void> {
  await (await fetch("/wipe")).text();
}

/** Whether this origin can store something on the device now. */
export function stores(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open("probe");
      request.onerror = () => resolve(false);
      request.onupgradeneeded = () => request.result.createObjectStore("probe");
      request.onsuccess = () => {
        const transaction = request.result.transaction("probe", "readwrite", { durability: "strict" });
        transaction.objectStore("probe").put("x".repeat(100_000), crypto.randomUUID());
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      };
    } catch {
      resolve(false);
    }
  });
}
