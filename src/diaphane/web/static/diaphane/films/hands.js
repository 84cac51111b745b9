// Wheel, mouse, fingers and keyboard on a film's canvas.
const SLIDE = 9; // pixels of a finger's way for one image
const KEY_STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
const KEY_ZOOMS = { "+": 1.25, "=": 1.25, "-": 0.8 };

// film: step(n), goTo(index), count; screen: zoom, enlarge, move, reset; window(dx, dy) moves the window.
// A reader's mouse moves the window, as at a workstation; a patient's slides the images, as a finger does.
export const give = (canvas, film, { isReader }) => {
  const { screen } = film;
  const ratio = () => canvas.width / canvas.clientWidth;
  const pointOf = ({ offsetX, offsetY }) => ({ x: offsetX * ratio(), y: offsetY * ratio() });
  const pointers = new Map();
  let slid = 0; // what is left of a slide, in pixels

  const slide = (way) => {
    slid += way;
    const steps = Math.trunc(slid / SLIDE);
    slid -= steps * SLIDE;
    if (steps) film.step(steps);
  };
  const dragAsReader = (buttons, dx, dy) => {
    if (buttons & 4) screen.move(dx * ratio(), dy * ratio());
    else if (buttons & 2) screen.enlarge(1.01 ** -dy);
    else film.moveWindow(dx, dy);
  };
  const drag = ({ buttons, pointerType }, dx, dy) => {
    if (isReader && pointerType === "mouse") dragAsReader(buttons, dx, dy);
    else if (screen.zoom > 1) screen.move(dx * ratio(), dy * ratio());
    else slide(isReader ? dy : dx);
  };
  const pinch = (event, from) => {
    const [other] = [...pointers.entries()].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
    const before = Math.hypot(from.x - other.x, from.y - other.y);
    const after = Math.hypot(event.offsetX - other.x, event.offsetY - other.y);
    const middle = { offsetX: (event.offsetX + other.x) / 2, offsetY: (event.offsetY + other.y) / 2 };
    if (before > 0) screen.enlarge(after / before, pointOf(middle));
    screen.move(((event.offsetX - from.x) * ratio()) / 2, ((event.offsetY - from.y) * ratio()) / 2);
  };

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey) screen.enlarge(1.1 ** -Math.sign(event.deltaY), pointOf(event));
    else film.step(Math.sign(event.deltaY));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    slid = 0;
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const from = pointers.get(event.pointerId);
    if (!from) return;
    if (pointers.size === 2) pinch(event, from);
    else drag(event, event.offsetX - from.x, event.offsetY - from.y);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, ({ pointerId }) => pointers.delete(pointerId));
  }
  canvas.addEventListener("contextmenu", (event) => isReader && event.preventDefault());
  canvas.addEventListener("dblclick", () => screen.reset());
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !press(event.key, film)) return;
    event.preventDefault();
  });
};

const press = (key, film) => {
  if (key in KEY_STEPS) film.step(KEY_STEPS[key]);
  else if (key === "Home" || key === "End") film.goTo(key === "Home" ? 0 : film.count - 1);
  else if (key in KEY_ZOOMS) film.screen.enlarge(KEY_ZOOMS[key]);
  else if (key === "0") film.reset();
  else return false;
  return true;
};
