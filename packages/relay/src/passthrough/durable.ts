/** Whether a request is one of those that are made durable, each written as `POST /e/` or with a `*` at its end. */
export function isDurable(method: string, below: string, durable: readonly string[]): boolean {
  const [path] = below.split("?", 1);
  const asked = `${method} ${path}`;
  return durable.some((rule) => (rule.endsWith("*") ? asked.startsWith(rule.slice(0, -1)) : sameEnd(asked, rule)));
}

const sameEnd = (asked: string, rule: string): boolean => asked.replace(/\/$/, "") === rule.replace(/\/$/, "");
