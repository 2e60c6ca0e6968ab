/** What holds the tree that an element stands in: the host of its shadow root, or the frame of its document; nothing outside the page's own document. */
export function holder(element: Element): Element | null | undefined {
  const root: { readonly mode?: string; readonly host?: Element; readonly defaultView?: Window } & object =
    element.getRootNode();
  // A link that was taken out of the page is a root itself, and its host is a name.
  return root === document ? null : root.mode ? root.host : root.defaultView?.frameElement;
}
