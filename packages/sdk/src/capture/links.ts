import type { Capture } from "../capture.js";
import { cleanUrl } from "../clean-url.js";
import { closest } from "../closest.js";
import { onPress } from "../press/on-press.js";

// What people mean by a download; browsers show the other kinds.
const fileType = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|rar|7z|gz|dmg|pkg|exe|msi|apk|mp[34]|epub)$/i;

/** Says of presses of `clicks()` where they lead: out of the site, or to a file. */
export function links(): Capture {
  return (_emit, context) =>
    onPress(context, ({ event, element, click }) => {
      const link = closest(element, "[href]") as HTMLAnchorElement | null;
      // A link in an SVG image has no protocol. The right button opens a menu.
      if (!link || !/^http/.test(link.protocol) || event.button > 1) return;
      const url = cleanUrl(link.href);
      if (link.host !== location.host) click.out = url;
      if (link.hasAttribute("download") || fileType.test(link.pathname)) click.file = url;
    });
}
