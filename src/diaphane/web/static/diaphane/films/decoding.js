// Gives the decoder one frame at a time: the one that someone looks at goes before those that wait.
const MOST_ABSENCES = 4; // in a row: this browser does not run the decoder, or the platform does not give it
const PATIENCE = 60_000; // milliseconds, after which a frame is taken for one that no decoder ends

export class Decoding {
  #waiting = []; // { bytes, skipped, sum, isUrgent, resolve, reject }
  #current = null;
  #worker = null; // made when a frame needs it
  #absences = 0;
  #isWaiting = false; // for the decoder to be there: nothing is given to it meanwhile
  #watch = null;

  constructor(worker, address) {
    this.address = address;
    if (worker) this.#follow(worker);
  }

  // isUrgent is asked when the decoder is free, not when the frame begins to wait.
  decode(bytes, { skipped = 0, sum = null, isUrgent = () => false } = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, skipped, sum, isUrgent, resolve, reject });
      this.#next();
    });
  }

  #follow(worker) {
    this.#worker = worker;
    this.#worker.onmessage = ({ data: { decoded, failure, isAbsent } }) => {
      if (isAbsent) this.#wait();
      else this.#settle(decoded, failure);
    };
    this.#worker.onerror = () => {
      this.#drop();
      this.#wait();
    };
  }

  #next() {
    if (this.#isWaiting || this.#current || !this.#waiting.length) return;
    const urgent = this.#waiting.findIndex((each) => each.isUrgent());
    [this.#current] = this.#waiting.splice(Math.max(0, urgent), 1);
    const { bytes, skipped, sum } = this.#current;
    this.#watch = setTimeout(() => this.#give(), PATIENCE);
    if (!this.#worker) this.#follow(new Worker(this.address));
    this.#worker.postMessage({ bytes, skipped, sum });
  }

  #settle(decoded, failure) {
    clearTimeout(this.#watch);
    this.#absences = 0;
    const { resolve, reject } = this.#current;
    this.#current = null;
    this.#next();
    if (decoded) resolve(decoded);
    else reject(new Error(failure));
  }

  #drop() {
    this.#worker.terminate();
    this.#worker = null;
  }

  #give() {
    this.#drop();
    this.#settle(null, "no end");
  }

  // The decoder is not there: the frame waits for it, a little longer each time; then those that wait give up.
  #wait() {
    clearTimeout(this.#watch);
    this.#absences += 1;
    if (this.#current) this.#waiting.unshift(this.#current);
    this.#current = null;
    if (this.#absences < MOST_ABSENCES) {
      this.#isWaiting = true;
      setTimeout(() => this.#again(), 250 * 2 ** this.#absences);
      return;
    }
    this.#absences -= 1; // the next frame tries once
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("no decoder"));
  }

  #again() {
    this.#isWaiting = false;
    this.#next();
  }
}
