/** What not every engine lets a test do. */
export type Ability = "lasting profile" | "renderer crash" | "kill" | "blocked storage" | "small disk";

/** What not every engine does for a page that is left. */
export type Care =
  // What the page writes then is there afterwards.
  "last write";

/** A browser engine as the rig drives it. */
export interface Engine {
  readonly name: string;
  /** What it cannot do here, each with the reason: a scenario that needs it is `n/a`. */
  readonly lacks: { readonly [ability in Ability]?: string };
  /** What it does not take care of, each with what happens instead: to a scenario that trusts in it, leaving a page is an abrupt end. */
  readonly careless?: { readonly [care in Care]?: string };
  /** What it does otherwise than the scenarios say, in a sentence. */
  readonly remark?: string;
  /** Its version, as it tells it itself. */
  version(): Promise<string>;
  /** Opens a browser whose storage is kept in the folder `profile`, or one that forgets everything; `blocked`, pages may store nothing. */
  open(profile?: string, blocked?: boolean): Promise<EngineBrowser>;
  /** Ends what browsers without a profile have in common. */
  close(): Promise<void>;
}

/** A running browser. */
export interface EngineBrowser {
  /** Opens a page in a new tab, and resolves once the SDK and all its captures run. */
  tab(url: string): Promise<EngineTab>;
  /** Tells its pages whether there is a network; the line itself is cut beside it. */
  network(there: boolean): Promise<void>;
  /** Ends it as a person does: tabs first. */
  close(): Promise<void>;
  /** Ends all of its processes at once, and leaves the profile ready for the next. */
  kill(): Promise<void>;
}

/** One tab. */
export interface EngineTab {
  /** Tracks events of these names in one task, each with that many bytes of properties; resolves to the browser's clock. */
  track(names: readonly string[], bytes: number): Promise<number>;
  /** Presses the mouse at this place of the viewport. */
  press(x: number, y: number): Promise<void>;
  /** Loads another page, and resolves as `tab` does. */
  go(url: string): Promise<void>;
  /** Goes back to the page before; rejects unless it comes from the back/forward cache. */
  back(): Promise<void>;
  /** Lets the SDK try to send all it has; resolves to the batches that still wait. */
  flush(): Promise<number>;
  /** Puts the page where nobody sees it, or lets it believe so. */
  hide(): Promise<void>;
  /** Resolves once every request of the page has been answered, and the page knows it. */
  answered(): Promise<void>;
  /** Whether the page can store something on the device now. */
  stores(): Promise<boolean>;
  /** Loses what the site has stored on the device, while its pages use it. */
  wipe(): Promise<void>;
  /** Ends the process that draws the page, at once; the browser lives on. */
  crash(): Promise<void>;
  close(): Promise<void>;
}
