/** A request to a backend. */
export interface OutgoingRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

/** A backend's answer, with its whole body. */
export interface BackendResponse {
  readonly status: number;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/** How requests leave. */
export interface Transport {
  /** Rejects when no whole answer came: no connection, cut off, too slow, too large, aborted. Follows no redirect. */
  send(request: OutgoingRequest): Promise<BackendResponse>;
  close(): Promise<void>;
}
