import { type Logger, pino } from "pino";

/** Log lines as JSON on standard error, so that standard output stays for people. */
export function systemLog(level: string, part: string): Logger {
  return pino({ level, name: part, base: null }, pino.destination(2));
}
