// One slice as it becomes exact: nothing, its beginning (a quarter of its resolution), then all of it.

export class Slice {
  asked = 0; // how many of its bytes were asked for
  held = 0; // how many are here, from the first one on
  isUncut = false; // its beginning has failed: it is taken whole
  state = "waiting"; // then "start", "exact"; "picture" where the platform draws it, "lost" where nobody can
  quarter = null; // decoded
  whole = null; // decoded; given back when someone looks far away
  picture = null; // an image made by the platform
  isPictured = false; // it was asked for
  isRestoring = false;
  #parts = [];

  constructor({ id, frame, look, cuts, sum }, looks) {
    Object.assign(this, { id, frame, cuts, sum, look: look === null ? null : looks[look] });
  }

  get key() { return `${this.id}/${this.frame}`; }

  // Keeps a piece, and says whether the bytes from the first one on have grown.
  keep(start, bytes) {
    this.#parts.push({ start, bytes });
    const before = this.held;
    for (let part; (part = this.#parts.find((each) => each.start === this.held && each.bytes.length)); ) {
      this.held += part.bytes.length;
    }
    return this.held > before;
  }

  // Whether all is here; of a slice whose size is not known, its only piece is all.
  get isWhole() { return this.held > 0 && this.held >= (this.cuts.at(-1) ?? 0); }

  get bytes() {
    const all = new Uint8Array(this.held);
    for (const { start, bytes } of this.#parts) if (start < this.held) all.set(bytes, start);
    return all;
  }

  // Forgets what came, so that it is asked for again.
  forget() {
    this.#parts = [];
    this.asked = this.held = 0;
  }
}
