/** A file that pages load, in every form that it is sent in. */
export interface ScriptFile {
  readonly plain: Uint8Array;
  /** Packed forms; absent where whatever stands in front packs answers itself. */
  readonly br?: Uint8Array;
  readonly gzip?: Uint8Array;
  /** Hash of the content, which also goes into its `ETag`. */
  readonly hash: string;
  /** `Content-Type` of the file. */
  readonly type: string;
}

/** The SDK's script-tag build. */
export interface ScriptFiles {
  /** By the name under the script's path. */
  readonly files: ReadonlyMap<string, ScriptFile>;
  /** The name of the file that a page's tag loads. */
  readonly entry: string;
  /** Its hash for the tag's `integrity`, as `sha384-…`. */
  readonly integrity: string;
}

/** What a page's script tag needs: the path of the entry and its hash for `integrity`. */
export interface ScriptTag {
  readonly path: string;
  readonly integrity: string;
}

/** The tag's part of files that are served below a path. */
export const tagOf = (path: string, { entry, integrity }: ScriptFiles): ScriptTag => ({
  path: `${path}/${entry}`,
  integrity,
});
