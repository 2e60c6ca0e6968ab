import type { Capture } from "../capture.js";
import { newId } from "../new-id.js";

/** What is remembered of a visitor. */
export interface PersistOptions {
  /** Where: `localStorage`, or a first-party cookie that other hosts of the site can read. @default "localStorage" */
  readonly in?: "localStorage" | "cookie";
  /** The cookie's `Domain`, as `example.com`. @default this host alone */
  readonly domain?: string;
  /** Days that a visitor is remembered from the first visit on; 395, 13 months, at most. @default 395 */
  readonly days?: number;
}

type Known = readonly [visitor: string, since: number, session: string, seen: number];

const day = 86_400_000;
const longest = 395;
const idle = 1_800_000;

/** Remembers the visitor across visits by a random id, and says which batches may be of one session. */
export function persist({ in: place = "localStorage", domain, days = longest }: PersistOptions = {}): Capture {
  return (_emit, context) => {
    // No name that a filter list could learn.
    const name = context.options.key.slice(-8);
    const lasts = Math.min(days, longest) * day;

    const read = (): string | null | undefined =>
      place === "cookie"
        ? document.cookie
            .split("; ")
            .find((one) => one.startsWith(`${name}=`))
            ?.slice(name.length + 1)
        : localStorage.getItem(name);

    const write = (value: string, ms: number): void => {
      if (place === "cookie") {
        const scope = `path=/;samesite=lax${domain ? `;domain=${domain}` : ""}${location.protocol === "https:" ? ";secure" : ""}`;
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere.
        document.cookie = `${name}=${value};max-age=${Math.floor(ms / 1_000)};${scope}`;
      } else if (ms > 0) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    };

    const parse = (): Known | undefined => {
      const [visitor, since, session, seen] = (read() ?? "").split(".");
      return visitor && session ? [visitor, Number(since), session, Number(seen)] : undefined;
    };

    const update = (before: Known | undefined): Known => {
      const now = Date.now();
      const [visitor, since] = before && now - before[1] < lasts ? before : [newId(), now];
      const [, , session, seen] = before ?? [];
      const known: Known = [
        visitor,
        since,
        session && visitor === before?.[0] && now - Number(seen) < idle ? session : newId(),
        now,
      ];
      write(known.join("."), since + lasts - now);
      Object.assign(context.identity, { visitor, session: known[2] });
      return known;
    };

    let known = update(parse());
    context.beforeFreeze(() => {
      // After `reset()` nobody is known any more; another tab may have gone on with the session.
      known = update(context.identity.visitor === known[0] ? (parse() ?? known) : undefined);
    });
    return (erase) => {
      if (erase) write("", -1_000);
    };
  };
}
