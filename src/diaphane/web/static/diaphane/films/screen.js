// A film's canvas: the best that is known of a slice, windowed, enlarged and moved as someone wants it.
import { paint, stretch } from "./greys.js";

const LARGEST = 12;

export class Screen {
  zoom = 1;
  #shift = { x: 0, y: 0 }; // in canvas pixels, from the middle
  #window = null; // chosen by someone; null: the slice's own
  #isInverted = false;
  #source = document.createElement("canvas");
  #shown = null; // { slice, decoded, look, picture }

  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  // Shows a slice, and says what of it: "exact", "start", "picture", "lost" or "waiting".
  show(slice) {
    const { whole, quarter, picture, look, state } = slice;
    const decoded = look ? (whole ?? quarter) : null;
    this.#shown = { slice, decoded, look, picture: decoded ? null : picture };
    this.#paint();
    if (decoded) return whole ? "exact" : "start";
    return picture ? "picture" : state === "lost" ? "lost" : "waiting";
  }

  get canWindow() { return this.#shown?.decoded?.samples === 1; }

  // The window in force: someone's, the slice's own, or one that shows all of it.
  get window() {
    const { decoded, look } = this.#shown ?? {};
    if (this.#window || !decoded || decoded.samples === 3) return this.#window;
    return look.window ? { center: look.window[0], width: look.window[1] } : stretch(decoded, look);
  }

  setWindow(window) {
    this.#window = window && { center: window.center, width: Math.max(1, window.width) };
    this.#paint();
  }

  invert() {
    this.#isInverted = !this.#isInverted;
    this.#paint();
    return this.#isInverted;
  }

  // Enlarges around a point of the canvas, in its pixels; without one, around the middle.
  enlarge(factor, { x, y } = { x: this.canvas.width / 2, y: this.canvas.height / 2 }) {
    const zoom = Math.min(LARGEST, Math.max(1, this.zoom * factor));
    const [dx, dy] = [x - this.canvas.width / 2 - this.#shift.x, y - this.canvas.height / 2 - this.#shift.y];
    this.move(dx * (1 - zoom / this.zoom), dy * (1 - zoom / this.zoom), zoom);
  }

  move(dx, dy, zoom = this.zoom) {
    this.zoom = zoom;
    const limit = { x: (this.canvas.width * (zoom - 1)) / 2, y: (this.canvas.height * (zoom - 1)) / 2 };
    for (const [axis, delta] of [["x", dx], ["y", dy]]) {
      this.#shift[axis] = Math.min(limit[axis], Math.max(-limit[axis], this.#shift[axis] + delta));
    }
    this.#draw();
  }

  reset() {
    this.#window = null;
    this.#isInverted = false;
    this.zoom = 1;
    this.#shift = { x: 0, y: 0 };
    this.#paint();
  }

  #fit() {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.move(0, 0);
  }

  #paint() {
    const { decoded, look } = this.#shown ?? {};
    if (decoded) {
      const image = paint(decoded, look, this.window, this.#isInverted);
      [this.#source.width, this.#source.height] = [image.width, image.height];
      this.#source.getContext("2d").putImageData(image, 0, 0);
    }
    this.#draw();
  }

  #draw() {
    const { context, canvas } = this;
    canvas.toggleAttribute("data-zoomed", this.zoom > 1);
    const { decoded, look, picture } = this.#shown ?? {};
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const source = decoded ? this.#source : picture;
    if (!source) return;
    const [columns, rows] = decoded ? [look.columns, look.rows] : [picture.naturalWidth, picture.naturalHeight];
    const scale = Math.min(canvas.width / columns, canvas.height / rows) * this.zoom;
    context.translate(canvas.width / 2 + this.#shift.x, canvas.height / 2 + this.#shift.y);
    context.scale(scale, scale);
    context.beginPath();
    context.rect(-columns / 2, -rows / 2, columns, rows);
    context.save();
    context.clip();
    // A quarter covers whole groups of pixels: its last column may reach over the edge of the slice.
    const group = 2 ** (decoded?.skipped ?? 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(source, -columns / 2, -rows / 2, source.width * group, source.height * group);
    context.restore();
  }
}
