import type { ClickEvent } from "@isotherm/protocol";
import { cleanUrl } from "../clean-url.js";

// What people mean by a download; browsers show the other kinds.
const fileType =
  /\.(pdf|docx?|xlsx?|pptx?|csv|txt|rtf|od[tsp]|zip|rar|7z|gz|tar|dmg|pkg|exe|msi|apk|iso|mp3|wav|mp4|mov|avi|epub)$/i;

/** Where a press leads: out of the site, or to a file. */
export function pressedLink(element: Element): Pick<ClickEvent, "out" | "file"> {
  const link = element.closest<HTMLAnchorElement>("a[href],area[href]");
  if (!link || !/^https?:$/.test(link.protocol)) return {};
  const url = cleanUrl(link.href);
  return {
    ...(link.host === location.host ? {} : { out: url }),
    ...(link.hasAttribute("download") || fileType.test(link.pathname) ? { file: url } : {}),
  };
}
