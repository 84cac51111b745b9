// Decoded slices are large: those near what is looked at are kept, the others are decoded again when they are wanted.
const MOST_DECODED = 192 * 1024 * 1024;
const kept = new Set();

const measure = ({ whole }) => whole?.octets.length ?? 0;

export const keepNear = (slice, films) => {
  kept.add(slice);
  let size = [...kept].reduce((total, each) => total + measure(each), 0);
  if (size <= MOST_DECODED) return;
  const [{ slices, looked }] = films;
  const places = new Map(slices.map((each, index) => [each, Math.abs(index - looked)]));
  const farFirst = [...kept].sort((one, other) => (places.get(other) ?? Infinity) - (places.get(one) ?? Infinity));
  for (const each of farFirst) {
    if (size <= MOST_DECODED || each === slices[looked]) return;
    size -= measure(each);
    each.whole = null;
    kept.delete(each);
  }
};
