import type { ClickEvent } from "@isotherm/protocol";
import { cleanUrl } from "../clean-url.js";

type Link = { readonly [field in "out" | "file"]?: ClickEvent[field] | undefined };

// What people mean by a download; browsers show the other kinds.
const fileType = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|rar|7z|gz|dmg|pkg|exe|msi|apk|mp[34]|epub)$/i;

/** Where a press leads: out of the site, or to a file. */
export function pressedLink(element: Element): Link | undefined {
  const link = element.closest<HTMLAnchorElement>("[href]");
  // A link in an SVG image has no protocol.
  if (!link || !/^http/.test(link.protocol)) return;
  const url = cleanUrl(link.href);
  return {
    out: link.host === location.host ? undefined : url,
    file: link.hasAttribute("download") || fileType.test(link.pathname) ? url : undefined,
  };
}
