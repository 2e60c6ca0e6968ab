/** Whether `data-iso-ignore` keeps an element, or what it stands in, out of every capture; also across shadow roots. */
export function ignored(element: Element): boolean {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as Partial<ShadowRoot>).host)
    if (at.closest("[data-iso-ignore]")) return true;
  return false;
}
