/** Closes in the opposite order of opening, every one of them, and rejects with the first failure only after the last. */
export interface Closing {
  add(close: () => Promise<void>): void;
  close(): Promise<void>;
}

/** A list of what is open. */
export function closing(): Closing {
  const open: (() => Promise<void>)[] = [];
  return {
    add(close) {
      open.push(close);
    },
    async close() {
      const failures: unknown[] = [];
      for (let close = open.pop(); close !== undefined; close = open.pop()) {
        await close().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Runs what opens several things; when one fails, those before it are closed again. */
export async function opening<T>(start: (closing: Closing) => Promise<T>): Promise<T> {
  const opened = closing();
  try {
    return await start(opened);
  } catch (error) {
    await opened.close().catch(() => {});
    throw error;
  }
}
