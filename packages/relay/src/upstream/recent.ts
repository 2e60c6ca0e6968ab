/** What was noted last, by name, in bounded memory. */
export interface Recent<T> {
  get(name: string): T | undefined;
  set(name: string, value: T): void;
}

/** Remembers at least the last `remember` names and at most twice as many: the older half goes as a whole. */
export function recent<T>(remember: number): Recent<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return {
    get: (name) => young.get(name) ?? old.get(name),
    set(name, value) {
      young.set(name, value);
      if (young.size < remember) return;
      old = young;
      young = new Map();
    },
  };
}
