// Fetches the films by the plan: a few questions under way, each for many pieces, and none idle between them.
import { keepNear } from "./memory.js";
import { SKIPPED, sortByDistance, startOf, takeBatch, takeUrgent } from "./plan.js";
import { readRecords } from "./records.js";

const WEIGHT = 768 * 1024; // bytes of a question: a fraction of a second on a poor link
const UNDER_WAY = 2;
const PICTURES = 3; // at the same time
const BEFORE_TOUCH = 5; // neighbours whose pictures are asked before anyone touches the film
const MOST_HELD = 512 * 1024 * 1024;
const LONGEST_WAIT = 15_000; // milliseconds

export class Loading {
  films = []; // the one that is looked at first
  #underWay = 0;
  #pictures = 0;
  #held = 0;
  #failures = 0;
  #isPaused = false;

  // ask(pieces) answers a stream and fetchPicture(slice) an image, or they throw; an error that isFinal ends it.
  // changed(slice) hears that a slice got better, trouble(error) that the link fails, or null that it is back.
  constructor({ decoding, ask, fetchPicture, changed, trouble }) {
    Object.assign(this, { decoding, ask, fetchPicture, changed, trouble });
  }

  // Goes on with what is wanted now.
  go() {
    if (this.#isPaused || !this.films.length) return;
    const urgent = this.#underWay === UNDER_WAY ? takeUrgent(this.films[0]) : [];
    if (urgent.length) this.#send(urgent);
    while (this.#underWay < this.#room) {
      const batch = this.#takeNext();
      if (!batch.length) break;
      this.#send(batch);
    }
    this.#goPictures();
  }

  resume() {
    this.#isPaused = false;
    this.go();
  }

  // Decodes again a slice that is exact and was given back.
  restore(slice) {
    if (slice.isRestoring) return;
    slice.isRestoring = true;
    this.#showWhole(slice).finally(() => { slice.isRestoring = false; });
  }

  // Until something shows, nothing else is asked: the first picture has the whole link, and a question of two
  // pieces is answered sooner than one of hundreds.
  get #isBlank() {
    return this.films.every(({ slices }) => slices.every(({ state }) => state === "waiting"));
  }

  get #room() {
    return this.#isBlank ? 1 : UNDER_WAY;
  }

  #takeNext() {
    const first = this.#isBlank ? takeUrgent(this.films[0]) : [];
    return first.length ? first : takeBatch(this.films, WEIGHT, { isFull: this.#held > MOST_HELD });
  }

  #isLookedAt(slice) {
    const [{ slices, looked }] = this.films;
    return slices[looked] === slice;
  }

  async #send(batch) {
    this.#underWay += 1;
    const missing = new Set(batch);
    try {
      for await (const { rank, bytes } of readRecords(await this.ask(batch.map(write)))) {
        missing.delete(batch[rank]);
        this.#receive(batch[rank], bytes);
      }
      this.#failures = 0;
      this.trouble(null);
      for (const { slice } of missing) this.#fall(slice); // an answer without them: they cannot be had
    } catch (error) {
      this.#retry(missing, error);
    }
    this.#underWay -= 1;
    this.go();
  }

  #receive({ slice, start, end }, bytes) {
    if (slice.isUncut && start > 0) return; // the rest of a slice whose beginning has failed meanwhile
    if (!bytes.length || (Number.isFinite(end) && bytes.length < end - start)) {
      this.#fall(slice);
      return;
    }
    this.#held += bytes.length;
    if (!slice.keep(start, bytes)) return;
    if (slice.isWhole) this.#showWhole(slice);
    else this.#showStart(slice);
  }

  async #showStart(slice) {
    try {
      slice.quarter = await this.#decode(slice, { skipped: SKIPPED });
      this.#settle(slice, slice.state === "waiting" ? "start" : slice.state);
    } catch {
      if (!slice.isWhole) this.#fall(slice);
    }
  }

  async #showWhole(slice) {
    try {
      slice.whole = await this.#decode(slice, { sum: slice.sum });
      keepNear(slice, this.films);
      this.#settle(slice, "exact");
    } catch {
      this.#fall(slice);
    }
  }

  #decode(slice, how) {
    return this.decoding.decode(slice.bytes, { ...how, isUrgent: () => this.#isLookedAt(slice) });
  }

  #settle(slice, state) {
    slice.state = state;
    this.changed(slice);
    this.go();
  }

  // A beginning that fails is taken whole; what fails whole is shown as the platform's picture.
  #fall(slice) {
    if (startOf(slice)) slice.isUncut = true;
    else slice.look = null;
    slice.forget();
    this.go();
  }

  // The link failed: what did not come is asked again, a little later each time.
  #retry(pieces, error) {
    for (const { slice } of pieces) slice.asked = slice.held;
    this.trouble(error);
    this.#isPaused = true;
    this.#failures += 1;
    if (!error.isFinal) setTimeout(() => this.resume(), Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures));
  }

  #goPictures() {
    for (const { slices, looked, isTouched } of this.films) {
      const reach = isTouched ? slices.length : 2 * BEFORE_TOUCH + 1;
      const near = sortByDistance(slices, looked).slice(0, reach);
      for (const slice of near.filter(({ look, isPictured }) => !look && !isPictured)) {
        if (this.#pictures === PICTURES) return;
        this.#fetchPicture(slice);
      }
    }
  }

  async #fetchPicture(slice) {
    this.#pictures += 1;
    slice.isPictured = true;
    try {
      slice.picture = await this.fetchPicture(slice);
      slice.state = "picture";
    } catch {
      slice.state = "lost";
    }
    this.#pictures -= 1;
    this.changed(slice);
    this.go();
  }
}

const write = ({ slice, start, end }) => [slice.id, slice.frame, start, Number.isFinite(end) ? end : null];
