import { cleanupSnapshot, createMirror, snapshot } from "rrweb-snapshot";
import { cleanNode } from "./clean-node.js";

/** A page as it stands, as rrweb-snapshot serialises it, without what a picture has no use for. */
export function picture(mask = "", ignore = ""): unknown {
  const typed = new Set<string>();
  const mirror = createMirror();
  const also = (own: string, more: string): string => (more ? `${own},${more}` : own);
  // It numbers the nodes of all documents in a row; the first one's is the only one.
  cleanupSnapshot();
  const tree = snapshot(document, {
    mirror,
    // Classes that mean something to rrweb mean nothing here.
    blockClass: /[^\s\S]/,
    maskTextClass: /[^\s\S]/,
    blockSelector: also("[data-iso-ignore]", ignore),
    maskTextSelector: also("[data-iso-mask],[contenteditable]:not([contenteditable=false])", mask),
    // All fields, of whatever type.
    maskAllInputs: { input: true, textarea: true, select: true } as object,
    maskInputFn(text, element) {
      if (isWritten(element) && text.trim().length > 2) typed.add(text);
      return "";
    },
    slimDOM: "all",
  });
  // Longest first: a text that holds another one is hidden whole.
  const values = [...typed].sort((a, b) => b.length - a.length);
  return (
    tree &&
    cleanNode(tree, {
      // Pages repeat what is typed, as titles of results, and in attributes that make a field grow.
      hide: (text) => values.reduce((rest, value) => rest.split(value).join("*".repeat(value.length)), text),
      elementOf: (id) => mirror.getNode(id),
      masked: also("[data-iso-mask]", mask),
    })
  );
}

/** Whether a person writes into it, rather than choosing or sending. */
const isWritten = (element: Element): boolean =>
  element.matches("textarea,input:not([type=hidden],[type=range],[type=color],[type=reset],[type=image])");
