// What to ask for next. The slice that is looked at comes first, whole; then the beginning of every slice, which
// shows it at a quarter of its resolution; then the rest of every slice, the nearest to what is looked at first.

export const SKIPPED = 2; // a quarter is two halvings
const GUESS = 300_000; // the weight of a slice whose size is not known: it is encoded when it is asked for

// How many bytes of a slice show it at a quarter; 0 where it cannot be cut, or where a beginning has failed.
export const startOf = ({ cuts, isUncut }) => (!isUncut && cuts.length > SKIPPED ? cuts.at(-1 - SKIPPED) : 0);
const sizeOf = ({ cuts }) => cuts.at(-1) ?? Infinity;

export const sortByDistance = (slices, looked) =>
  slices
    .map((slice, index) => ({ slice, distance: Math.abs(index - looked) }))
    .sort((one, other) => one.distance - other.distance)
    .map(({ slice }) => slice);

// The pieces that are still wanted, best first. Whoever takes one moves `asked` before taking the next.
function* listWishes(films, { isFull }) {
  for (const { slices, looked } of films) {
    const near = sortByDistance(slices.filter((slice) => slice.look), looked);
    for (const slice of near.slice(0, 1)) yield* [start, rest].flatMap((wish) => wish(slice));
    for (const slice of near) yield* start(slice);
    if (isFull) return;
    for (const slice of near) yield* rest(slice);
  }
}
const start = (slice) => (slice.asked < startOf(slice) ? [{ slice, start: slice.asked, end: startOf(slice) }] : []);
const rest = (slice) => {
  const from = Math.max(slice.asked, startOf(slice));
  return from < sizeOf(slice) ? [{ slice, start: from, end: sizeOf(slice) }] : [];
};

// Takes wishes up to a weight in bytes; at least one, so that a large image passes too.
export const takeBatch = (films, weight, { isFull = false, most = 256 } = {}) => {
  const batch = [];
  let left = weight;
  for (const piece of listWishes(films, { isFull })) {
    piece.slice.asked = piece.end;
    batch.push(piece);
    left -= Number.isFinite(piece.end) ? piece.end - piece.start : GUESS;
    if (left <= 0 || batch.length === most) break;
  }
  return batch;
};

// The pieces of the slice that is looked at, where nothing of it was asked: they wait behind no batch.
export const takeUrgent = ({ slices, looked }) => {
  const slice = slices[looked];
  return slice?.look && slice.asked === 0 ? takeBatch([{ slices: [slice], looked: 0 }], Infinity) : [];
};
