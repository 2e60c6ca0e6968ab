/** The innermost element that an event happened on, also inside open shadow roots; undefined where it was no element. */
export function eventElement(event: Event): Element | undefined {
  const target = event.target as Element;
  // The path takes longer to gather than all the rest.
  const innermost = target.shadowRoot ? (event.composedPath()[0] as Element) : target;
  // What stands in a frame is no instance of this window's classes.
  return innermost.nodeType === 1 ? innermost : undefined;
}
