// The patient's light viewer: one picture at a time, what comes next fetched ahead, so that a finger slides smoothly.
(() => {
  const AT_ONCE = 4; // requests at the same time
  const BEFORE_TOUCH = 5; // neighbours fetched before anyone touches the images
  const SLIDE = 9; // pixels of a finger's way for one image

  for (const film of document.querySelectorAll("[data-film]")) {
    const $ = (selector) => film.querySelector(selector);
    const [view, shown, slider] = [$("[data-view]"), $("[data-picture]"), $("[data-slider]")];
    const count = Number(film.dataset.count);
    if (!slider) continue;
    const pictures = new Map(); // number → Image; complete ones are shown without waiting
    let wanted = Number(slider.value);
    let reach = BEFORE_TOUCH;
    let busy = 0;

    const isReady = (image) => image?.complete && image.naturalWidth > 0;
    const show = (image, number) => {
      shown.src = image.src;
      shown.alt = shown.alt.replace(/\d+/, number);
    };
    // The wanted picture first, then its neighbours, further and further.
    const nextToFetch = () => {
      for (let step = 0; step <= reach; step += 1) {
        for (const number of [wanted + step, wanted - step]) {
          if (number >= 1 && number <= count && !pictures.has(number)) return number;
        }
      }
      return null;
    };
    const fetchAhead = () => {
      for (let number = nextToFetch(); number !== null && busy < AT_ONCE; number = nextToFetch()) fetchOne(number);
    };
    const fetchOne = (number) => {
      const image = new Image();
      pictures.set(number, image);
      busy += 1;
      const settle = (isThere) => {
        busy -= 1;
        if (!isThere) pictures.delete(number);
        else if (number === wanted) show(image, number);
        if (isThere) fetchAhead();
      };
      image.onload = () => settle(true);
      image.onerror = () => settle(false);
      image.src = `${film.dataset.base}${number}.jpg`;
    };
    const go = (number) => {
      wanted = Math.min(count, Math.max(1, number));
      slider.value = wanted;
      $("[data-number]").textContent = wanted;
      if (isReady(pictures.get(wanted))) show(pictures.get(wanted), wanted);
      fetchAhead();
    };
    const touch = () => { reach = count; };

    slider.addEventListener("input", () => { touch(); go(Number(slider.value)); });
    film.addEventListener("click", ({ target }) => {
      const step = target.closest("[data-step]");
      if (step) { touch(); go(wanted + Number(step.dataset.step)); }
    });
    view.addEventListener("wheel", (event) => {
      event.preventDefault();
      touch();
      go(wanted + Math.sign(event.deltaY));
    }, { passive: false });

    let from = null; // where the finger landed, and on which image
    view.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, number: wanted };
      view.setPointerCapture(event.pointerId);
      touch();
    });
    view.addEventListener("pointermove", ({ clientX }) => {
      if (from) go(from.number + Math.round((clientX - from.x) / SLIDE));
    });
    for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => { from = null; });

    fetchAhead();
  }
})();
