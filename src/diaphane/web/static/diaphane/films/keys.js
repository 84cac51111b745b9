// The key images of an act: which slices are kept, and keeping one more or taking one back.
export class Keys {
  #kept = new Set();
  #isBusy = false;

  // changed() is told when what is kept changes, failed(error) when it could not; null: it could.
  constructor(platform, { changed, failed }) {
    this.platform = platform;
    this.changed = changed;
    this.failed = failed;
  }

  has({ key }) { return this.#kept.has(key); }

  // Takes what the platform says is kept.
  take(names) {
    this.#kept = new Set(names);
    this.changed();
  }

  // Keeps a slice in its window, or takes it back; a second press meanwhile does nothing.
  async turn(slice, window) {
    if (!slice || this.#isBusy) return;
    this.#isBusy = true;
    try {
      const { keys } = this.has(slice) ? await this.platform.release(slice) : await this.platform.keep(slice, window);
      this.failed(null);
      this.take(keys);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#isBusy = false;
    }
  }
}
