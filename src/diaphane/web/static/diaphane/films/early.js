// Begins what takes longest before the page's modules are here: the decoder, and the questions of the films and of
// the first picture.
(() => {
  const { address, question, decoder } = document.currentScript.dataset;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
  const ask = () => {
    const headers = { "X-CSRFToken": meta("csrf-token"), "X-Diaphane-Actor": meta("actor") };
    return fetch(`${address}morceaux/`, { method: "POST", headers, body: question });
  };
  const described = fetch(address);
  const answered = question ? ask() : null;
  described.catch(() => {}); // said by whoever waits for it
  answered?.catch(() => {});
  const worker = new Worker(decoder);
  worker.onerror = () => { window.diaphaneFilms.worker = null; }; // before anyone hears it: another is made
  if (window !== window.top) document.documentElement.dataset.framed = ""; // the page around says whose images
  window.diaphaneFilms = { described, asked: question, answered, worker };
})();
