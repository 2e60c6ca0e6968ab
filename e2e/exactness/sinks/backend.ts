/** A request that an SDK made, read to its end. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Buffer;
}

/** An answer: `body` is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly body?: object;
}

/** An event of the visitor's own that a backend has taken. */
export interface Taken {
  readonly name: string;
  /** What the backend knows it by when it comes again; absent where it stores every copy. */
  readonly id?: string;
}

/** A backend as its SDK sees it. */
export interface Backend {
  /** Paths that events are posted to. */
  readonly intakes: readonly string[];
  /** The visitor's own events in what was posted there. Throws what the real one would refuse. */
  read(asked: Asked): readonly Taken[];
  /** The real one's answer to what it has taken. */
  answer(asked: Asked): Reply;
  /** Its answer to everything else that its SDK asks for; undefined where it has none. */
  other?(asked: Asked): Reply | undefined;
}
