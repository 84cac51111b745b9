// One film on its page: its canvas, its number, its slider, what its badge says.
import { give } from "./hands.js";
import { Screen } from "./screen.js";
import { Slice } from "./slices.js";

const BRIGHTER = 0.15; // of the window's width, for one press

export class Film {
  slices = [];
  looked = 0;
  isTouched = false;

  // turned(film) is told when someone turns to another of its slices.
  constructor(root, { isReader, turned, keys }) {
    this.root = root;
    this.keys = keys;
    this.turned = turned;
    this.canvas = this.#part("[data-canvas]");
    this.slider = this.#part("[data-slider]");
    this.screen = new Screen(this.canvas);
    give(this.canvas, this, { isReader });
    this.slider.addEventListener("input", () => this.goTo(Number(this.slider.value) - 1));
    root.addEventListener("click", ({ target }) => this.#press(target.closest("[data-does]")));
    this.#part("[data-preset]")?.addEventListener("change", ({ target }) => this.#choose(target.value));
  }

  get count() { return this.slices.length; }

  // Takes what the platform says of this film now; slices already here keep what they have. While images of the
  // exam are awaited, what is here is not said to be all.
  describe({ rank, name, modality, hidden, missing, looks, slices }, awaited) {
    const known = new Map(this.slices.map((slice) => [slice.key, slice]));
    const shown = this.slices[this.looked];
    this.slices = slices.map((each) => known.get(`${each.id}/${each.frame}`) ?? new Slice(each, looks));
    Object.assign(this, { name, modality });
    // Untouched, a film opens in its middle, where there is something to see; touched, it stays where it is.
    const place = this.isTouched ? this.slices.indexOf(shown) : (this.count - 1) >> 1;
    this.looked = Math.max(0, Math.min(this.count - 1, place));
    this.root.dataset.modality = modality;
    this.root.toggleAttribute("data-has-hidden", hidden > 0);
    this.root.toggleAttribute("data-awaits", awaited > 0 || missing > 0);
    for (const place of this.root.querySelectorAll("[data-missing]")) {
      place.textContent = missing ? place.dataset.label.replace("{number}", missing) : "";
    }
    const title = this.#part("[data-name]"); // a patient reads a plain number, a reader the series' own name
    title.textContent = title.dataset.label?.replace("{number}", rank) ?? name;
    this.slider.max = Math.max(1, this.count);
    this.show();
  }

  step(steps) { this.goTo(this.looked + steps); }

  goTo(index) {
    this.isTouched = true;
    this.looked = Math.min(this.count - 1, Math.max(0, index));
    this.show();
    this.turned(this);
  }

  // Draws the best that is known of the slice, and says what that is.
  show() {
    const slice = this.slices[this.looked];
    if (!slice) return;
    const state = this.screen.show(slice);
    this.root.dataset.state = state;
    this.root.toggleAttribute("data-windows", this.screen.canWindow);
    this.slider.value = this.looked + 1;
    for (const place of this.root.querySelectorAll("[data-number]")) place.textContent = this.looked + 1;
    for (const place of this.root.querySelectorAll("[data-count]")) place.textContent = this.count;
    const { label } = this.canvas.dataset;
    this.canvas.setAttribute("aria-label", label.replace("{number}", this.looked + 1).replace("{count}", this.count));
    this.#tally();
    this.showKey();
    this.root.dispatchEvent(new CustomEvent("film:drawn", { bubbles: true, detail: { film: this, slice, state } }));
  }

  // Says whether the slice that shows is a key image.
  showKey() {
    const slice = this.slices[this.looked];
    const isKept = Boolean(slice) && this.keys.has(slice);
    this.root.toggleAttribute("data-key", isKept);
    this.#part("[data-does=key]")?.setAttribute("aria-pressed", String(isKept));
  }

  // A slice got better: drawn again if it is the one that shows, counted in any case.
  improve(slice) {
    if (slice === this.slices[this.looked]) this.show();
    else this.#tally();
    this.root.dispatchEvent(new CustomEvent("film:improved", { bubbles: true, detail: { film: this, slice } }));
  }

  moveWindow(dx, dy) {
    const { window } = this.screen;
    if (!window || !this.screen.canWindow) return;
    const unit = Math.max(0.5, window.width / 300);
    this.screen.setWindow({ center: window.center + dy * unit, width: window.width + dx * unit });
  }

  reset() {
    this.screen.reset();
    const preset = this.#part("[data-preset]");
    if (preset) preset.value = "";
    this.#part("[data-does=invert]")?.setAttribute("aria-pressed", "false");
  }

  #tally() {
    const exact = this.slices.filter(({ state }) => state === "exact").length;
    for (const place of this.root.querySelectorAll("[data-exact]")) place.textContent = exact;
    this.root.toggleAttribute("data-all-exact", exact === this.count);
  }

  #choose(value) {
    const [center, width] = value.split("/").map(Number);
    this.screen.setWindow(value ? { center, width } : null);
  }

  #press(button) {
    const brighten = (way) => this.moveWindow(0, way * BRIGHTER * 300);
    const deeds = {
      before: () => this.step(-1),
      after: () => this.step(1),
      enlarge: () => this.screen.enlarge(1.5),
      reduce: () => this.screen.enlarge(1 / 1.5),
      brighten: () => brighten(-1),
      darken: () => brighten(1),
      invert: () => button.setAttribute("aria-pressed", String(this.screen.invert())),
      reset: () => this.reset(),
      key: () => this.keys.turn(this.slices[this.looked], this.screen.canWindow ? this.screen.window : null),
    };
    if (button) deeds[button.dataset.does]?.();
  }

  #part(selector) { return this.root.querySelector(selector); }
}
