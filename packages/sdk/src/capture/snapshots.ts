import { type Accepted, pagePath, type SnapshotHead, snapshotLimits } from "@isotherm/protocol";
import type { Capture, PageView } from "../capture.js";
import { buildBatch, settle } from "../freeze.js";
import { hash } from "../hash.js";
import { newId } from "../new-id.js";

/** What a snapshot leaves out, and when the page counts as another one. */
export interface SnapshotOptions {
  /** Selector of elements whose text is masked, besides those with `data-iso-mask`; `body` masks all of it. @default none */
  readonly mask?: string;
  /** Selector of elements that are left out, besides those with `data-iso-ignore`. @default none */
  readonly ignore?: string;
  /** Version of the layout, as the number of your build: another one is asked for anew. @default a hash of the addresses of style sheets */
  readonly layout?: string;
}

const idle = (): Promise<unknown> => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));

/** Builds name their files by what is in them: other style sheets are another layout. Unknown while some may be on their way. */
const layoutOf = (): string | false =>
  document.readyState === "complete" &&
  hash([...document.styleSheets].map(({ href }) => href?.replace(/[?#].*/, "")).join()).toString(36);

/** Brings a picture of the page, where an answer asks for one: the background of heatmaps. */
export function snapshots({ mask, ignore, layout }: SnapshotOptions = {}): Capture {
  return (emit, context) => {
    const { options, page, guard, fail, beforeFreeze } = context;
    const stopping = new AbortController();
    const { signal } = stopping;
    let taken: PageView | undefined;

    const bring = async (view: PageView, url: string, ref: string): Promise<void> => {
      await idle();
      const { picture } = await import("../snapshot/picture.js");
      await idle();
      // The visitor may have gone on, or refused, meanwhile.
      if (signal.aborted || view !== page() || document.hidden) return;
      const { id, vw, layout = "" } = view;
      const { scrollWidth: dw, scrollHeight: dh } = document.documentElement;
      const { consent } = context.identity;
      const sizes = { vw, vh: innerHeight, dw, dh };
      const head: SnapshotHead = { v: 1, key: options.key, view: id, url, at: Date.now(), ...sizes, layout, consent };
      const plain = new Blob([`${JSON.stringify(head)}\n${JSON.stringify(picture(mask, ignore))}`]);
      const packs = typeof CompressionStream === "function";
      const body = packs
        ? await new Response(plain.stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()
        : await plain.arrayBuffer();
      if (body.byteLength > snapshotLimits.bytes || plain.size > snapshotLimits.inflatedBytes)
        throw "snapshots: the page is too large for one";
      const { status } = await fetch(`${options.to}/${ref}`, {
        method: "POST",
        headers: { "content-type": "text/plain", ...(packs && { "content-encoding": "gzip" }) },
        body,
        redirect: "error",
        signal,
      });
      if (status === 204) emit({ type: "snapshot", ref }, view);
      else fail("delivery_refused", status);
    };

    const hear = guard(({ hints }: Partial<Accepted>) => {
      const view = page();
      if (!view || view === taken || signal.aborted || !hints?.snapshot) return;
      const ref = newId();
      // What `beforeSend` makes of the page's address, and whether anything of it may be sent, holds here too.
      const event = { type: "snapshot", ref, t: 0 } as const;
      const { body, refused } = settle(
        context,
        buildBatch(context, { id: ref, at: Date.now(), page: view, events: [event] }),
      );
      const url: string = refused ? "" : JSON.parse(body).page.url;
      if (!hints.snapshot.includes(pagePath(url) as string)) return;
      taken = view;
      bring(view, url, ref).catch((cause) => signal.aborted || fail("capture_failed", cause));
    });
    const { send = fetch } = context;
    context.send = async (to, request) => {
      const response = await send(to, request);
      // Only an answer with something to say has a body; whoever sent the request reads it as well.
      if (response.status === 202)
        response
          .clone()
          .json()
          .then(hear, () => {});
      return response;
    };
    beforeFreeze(() => {
      const view = page();
      // It says as well that somebody is here who can bring one.
      const known = layout ?? layoutOf();
      if (view && !view.layout && known) Object.assign(view, { layout: known.slice(0, snapshotLimits.layout) });
    });
    return () => stopping.abort();
  };
}
