/** What a header cannot hold (https://www.rfc-editor.org/rfc/rfc9110#section-5.5): a request with it would never leave. */
const unheard = /[^\t\x20-\x7e\x80-\xff]/g;

/** A visitor's text as a header's value; undefined where nothing is left of it. */
export function headerText(text: string | undefined): string | undefined {
  const value = text?.replace(unheard, "").trim();
  return value === "" ? undefined : value;
}
