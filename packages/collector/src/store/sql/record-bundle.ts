const lengthBytes = 4;

/** Records one after another in one buffer, each behind its length: what can be handed to a thread without a copy. */
export function bundle(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + lengthBytes + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const record of records) {
    view.setUint32(at, record.length);
    bytes.set(record, at + lengthBytes);
    at += lengthBytes + record.length;
  }
  return bytes;
}

/** The records of a bundle, as views of it. */
export function* unbundle(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const end = at + lengthBytes + view.getUint32(at);
    yield bytes.subarray(at + lengthBytes, end);
    at = end;
  }
}
