import { inflate } from "../../intake/inflate.js";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A body as JSON, whichever way a tracker packed it: as it is, in gzip, or as a form's field `data` in base64. */
export async function jsonBody(body: Uint8Array): Promise<unknown> {
  // The first bytes of every gzip file: https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const text = decoder.decode(isGzip ? await inflate(body) : body);
  return JSON.parse(text.startsWith("data=") ? fromForm(text) : text);
}

function fromForm(text: string): string {
  const data = new URLSearchParams(text).get("data") ?? "";
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return decoder.decode(bytes);
}
