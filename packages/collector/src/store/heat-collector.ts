/** What heat-collector's routes ask of a store, and what they answer with: its words, not ours (its dist/index.js, 0.3.7). */

/** The types of its events. */
export const heatTypes = ["click", "move", "scroll", "pageview", "custom", "input", "keyboard"] as const;

/** One of them. */
export type HeatType = (typeof heatTypes)[number];

/** Which events. */
export interface HeatSelection {
  readonly site: string;
  /** Without a query or a hash it stands for its page, whatever those are; null stands for all. */
  readonly path: string | null;
  /** In ms since 1970, both included; null stands for any time. */
  readonly from: number | null;
  readonly to: number | null;
  readonly type: HeatType | "all";
}

/** Which part of a list. */
export interface HeatPart {
  readonly limit: number;
  readonly offset: number;
}

/** A picture of some events. */
export interface HeatPictureQuery extends Omit<HeatSelection, "type"> {
  /** Undefined draws clicks, or everything where there are none. */
  readonly type?: HeatType | "all";
  /** Cells in each direction. */
  readonly resolution: number;
  /** Only events of this viewport, as `1300x700`, in hundreds of px; null takes all. */
  readonly bucket: string | null;
}

/** Which visits. */
export interface HeatSessionsQuery extends HeatPart {
  readonly site: string;
  /** The page that they began with. */
  readonly path: string | null;
  readonly user: string | null;
  /** They began then or later, and were heard of last then or earlier. */
  readonly from: number | null;
  readonly to: number | null;
}

/** One visit. */
export interface HeatSessionQuery extends HeatPart {
  /** The sites in which it may be. */
  readonly sites: readonly string[];
  /** As `sessionId` names it: its SDK's own id, or ours. */
  readonly id: string;
  /** Any text: events of a type that there is not are none. */
  readonly type: string | null;
}

/** An event; each point of a trail is one of its own. */
export interface HeatRow {
  readonly id: string;
  readonly projectId: string;
  readonly sessionId: string;
  readonly userId: string | null;
  readonly type: HeatType;
  readonly ts: number;
  readonly path: string;
  readonly selector: string | null;
  readonly x: number | null;
  readonly y: number | null;
  /** Per cent. */
  readonly scrollDepth: number | null;
  /** JSON: `{ viewport, device, meta, event }`. */
  readonly metaJson: string;
}

/** Events, oldest first. */
export interface HeatRowsAnswer {
  readonly total: number;
  readonly events: readonly HeatRow[];
}

/** A picture: counts at the middles of cells, in px of a viewport. */
export interface HeatPicture {
  readonly points: readonly { readonly x: number; readonly y: number; readonly value: number }[];
  readonly meta: {
    readonly resolution: number;
    readonly viewport: { readonly w: number; readonly h: number };
    readonly renderHeight: number;
    readonly total: number;
    readonly plotted: number;
    readonly ignored: number;
    readonly requestedType: HeatType | "all";
    readonly resolvedType: HeatType | "all";
    readonly bucket: string;
    readonly plottableTypes: readonly HeatType[];
    readonly typeBreakdown: { readonly [type: string]: number };
    readonly warning?: string;
  };
}

/** A visit in a list. */
export interface HeatSessionEntry {
  readonly sessionId: string;
  readonly userId: string | null;
  readonly startedAt: number;
  readonly lastSeenAt: number;
  readonly firstPath: string;
  readonly eventCount: number;
}

/** Visits, oldest first. */
export interface HeatSessionsAnswer {
  readonly total: number;
  readonly sessions: readonly HeatSessionEntry[];
}

/** A visit by itself. */
export interface HeatSession extends Omit<HeatSessionEntry, "sessionId" | "eventCount"> {
  readonly id: string;
  readonly projectId: string;
  readonly userAgent: string | null;
  /** JSON: `{ ua, platform, language }`. */
  readonly deviceJson: string | null;
  /** No hash of an address is kept that outlives its day. */
  readonly ipHash: null;
}

/** A visit with its events, oldest first; null where the sites have none of this name. */
export interface HeatSessionAnswer extends HeatRowsAnswer {
  readonly session: HeatSession | null;
  /** Whose it is, as visits name them: for the audit, not for the answer. */
  readonly visitor: string | null;
}
