const MAGIC = Buffer.from([0xf5, 0x49, 0x4a, 0x02]);

/** Where the frames of records begin, found by the format's own description. */
export function frameStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 40 + bytes.readUInt32LE(at + 12))) {
    if (bytes.readUInt8(at + 32) === 2) starts.push(at);
  }
  return starts;
}

/** Where they end. */
export function frameEnds(bytes: Buffer): number[] {
  return frameStarts(bytes).map((at) => at + 40 + bytes.readUInt32LE(at + 12));
}
