import { parseUrl } from "@isotherm/protocol";
import { RelayError } from "./relay-error.js";

/** Checks the fields of one option, and refuses the first that cannot work with a line that names it and the fix. */
export interface OptionCheck {
  /** Throws `options_invalid` about a field. */
  fail(field: string, fix: string): never;
  /** A text that is not empty. */
  text(field: string, value: unknown, fix: string): void;
  /** An address that begins with http:// or https://. */
  http(field: string, value: unknown, fix: string): void;
  /** A number above 0, where there is one. */
  count(field: string, value: unknown): void;
  /** Yes or no, where it is said. */
  flag(field: string, value: unknown): void;
  /** A name in counters, cursors, health and folders. */
  name(field: string, value: unknown): void;
  /** A first-party path. */
  path(field: string, value: unknown): void;
  /** One of several values, where there is one. */
  choice(field: string, value: unknown, choices: readonly string[]): void;
}

const nameForm = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const pathForm = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** Whether two paths are the same, or one lies below the other. */
export const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

/** Checks fields that lie below `path`, as `targets[0]`. */
export function optionCheck(path: string): OptionCheck {
  const fail = (field: string, fix: string): never => {
    throw new RelayError("options_invalid", `${path === "" ? field : `${path}.${field}`}: ${fix}`);
  };
  return {
    fail,
    text(field, value, fix) {
      if (!isText(value)) fail(field, fix);
    },
    http(field, value, fix) {
      if (!isText(value) || !/^https?:$/.test(parseUrl(value)?.protocol ?? "")) fail(field, fix);
    },
    count(field, value) {
      if (value !== undefined && !(typeof value === "number" && Number.isFinite(value) && value > 0)) {
        fail(field, "must be a number above 0");
      }
    },
    flag(field, value) {
      if (value !== undefined && typeof value !== "boolean") fail(field, "must be true or false");
    },
    name(field, value) {
      if (!isText(value) || !nameForm.test(value)) fail(field, "write it in lower-case letters, digits, - and _");
    },
    path(field, value) {
      if (!isText(value)) return fail(field, "choose a path, as /f3k9q2w7; there is no default");
      if (!value.startsWith("/")) fail(field, `must begin with a slash; write ${JSON.stringify(`/${value}`)}`);
      if (!pathForm.test(value)) fail(field, "may hold letters, digits and . _ ~ - between slashes");
    },
    choice(field, value, choices) {
      if (value !== undefined && !choices.includes(value as string)) {
        fail(field, `must be ${choices.map((one) => JSON.stringify(one)).join(" or ")}`);
      }
    },
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
