// https://www.w3.org/TR/trace-context/#traceparent-header
const form = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The id of the trace that a request belongs to, as log lines name it; undefined where it says none. */
export function traceIdOf(header: string | undefined): string | undefined {
  return form.exec(header ?? "")?.[1];
}
