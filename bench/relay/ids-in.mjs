/** What follows the id of every batch that `isothermRequests` makes, and of nothing else in it. */
const after = Buffer.from('","tab":"');
const idLength = 36;

/** Ids of the batches in an envelope, found without parsing it. */
export function idsIn(body) {
  const ids = [];
  for (let at = body.indexOf(after); at >= 0; at = body.indexOf(after, at + after.length)) {
    ids.push(body.latin1Slice(at - idLength, at));
  }
  return ids;
}
