/** What the relay writes its log to; a pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => {};

/** A log that keeps nothing. */
export const silent: Log = { info: nothing, warn: nothing, error: nothing };
