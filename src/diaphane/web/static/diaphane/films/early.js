// Begins what takes longest before the page's modules are here: the decoder, and the question of the films.
(() => {
  const { address, decoder } = document.currentScript.dataset;
  const described = fetch(address);
  described.catch(() => {}); // said by whoever waits for it
  const worker = new Worker(decoder);
  worker.onerror = () => { window.diaphaneFilms.worker = null; }; // before anyone hears it: another is made
  if (window !== window.top) document.documentElement.dataset.framed = ""; // the page around says whose images
  window.diaphaneFilms = { described, worker };
})();
