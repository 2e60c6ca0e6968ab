/** An answer, read to its end. */
export interface Answer {
  /** Where it came from, after redirections. */
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  /** Unpacked. */
  readonly body: Uint8Array;
}

const patience = 20_000;

/** Sends one request, as a browser without a cookie would; what goes wrong on the way is an `Error` that says why. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(patience), ...init });
    const body = new Uint8Array(await response.arrayBuffer());
    return { url: response.url === "" ? url : response.url, status: response.status, headers: response.headers, body };
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Error(cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message);
  }
}

/** Who says this is kept nowhere, not even in a relay's quarantine. https://w3c.github.io/gpc/#the-sec-gpc-header-field */
export const unrecorded = { "sec-gpc": "1" } as const;

/** The body as text. */
export const textOf = ({ body }: Answer): string => new TextDecoder().decode(body);

/** The body as a JSON object; undefined where it is none. */
export function jsonOf(answer: Answer): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(textOf(answer));
    return typeof value === "object" && value !== null ? (value as { [field: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
