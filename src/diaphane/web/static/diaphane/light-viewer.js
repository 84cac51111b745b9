// The patient's light viewer: one picture at a time, the neighbours fetched ahead so that sliding is smooth.
(() => {
  const AHEAD = 3;
  for (const viewer of document.querySelectorAll("[data-light-viewer]")) {
    const picture = viewer.querySelector("[data-picture]");
    const slider = viewer.querySelector("[data-slider]");
    if (!slider) continue;
    const count = Number(viewer.dataset.count);
    const address = (number) => `${viewer.dataset.base}${number}.jpg`;
    const fetched = new Map();
    const fetchAhead = (number) => {
      if (number < 1 || number > count || fetched.has(number)) return;
      const image = new Image();
      image.src = address(number);
      fetched.set(number, image);
    };
    const show = () => {
      const number = Number(slider.value);
      picture.src = address(number);
      picture.alt = picture.alt.replace(/\d+/, number);
      viewer.querySelector("[data-number]").textContent = number;
      for (let step = 1; step <= AHEAD; step += 1) { fetchAhead(number + step); fetchAhead(number - step); }
    };
    slider.addEventListener("input", show);
    picture.addEventListener("wheel", (event) => {
      event.preventDefault();
      slider.value = Number(slider.value) + Math.sign(event.deltaY);
      show();
    }, { passive: false });
  }
})();
