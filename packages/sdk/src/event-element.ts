/** The innermost element that an event happened on, also inside open shadow roots; undefined where it was no element. */
export function eventElement(event: Event): Element | undefined {
  const [innermost] = event.composedPath();
  return innermost instanceof Element ? innermost : undefined;
}
