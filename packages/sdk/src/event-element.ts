/** The innermost element that an event happened on, also inside open shadow roots; undefined where it was no element. */
export function eventElement(event: Event): Element | undefined {
  const [innermost] = event.composedPath() as Element[];
  // What stands in a frame is no instance of this window's classes.
  return innermost?.nodeType === 1 ? innermost : undefined;
}
