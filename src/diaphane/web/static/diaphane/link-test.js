// Measures the link between this room and the platform (R81): response time, then each way.
// The server keeps the result and says what it means; this only measures, and never twice at once.
(() => {
  const form = document.getElementById("link-test");
  if (!form) return;
  const button = form.querySelector("[data-measures]");
  const bar = form.querySelector("progress");
  const says = (which) => form.querySelectorAll("[data-says]").forEach((each) => { each.hidden = each.dataset.says !== which; });
  const PATIENCE = 20000;

  const ask = async (url, options = {}) => {
    const started = performance.now();
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
    if (!answer.ok) throw new Error(String(answer.status));
    const body = await answer.arrayBuffer();
    return { seconds: (performance.now() - started) / 1000, bytes: body.byteLength };
  };
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const megabits = (bytes, seconds) => (bytes * 8) / 1e6 / Math.max(seconds, 0.0005);

  const measureLatency = async () => {
    const times = [];
    for (let count = 0; count < 8; count += 1) times.push((await ask(form.dataset.echo)).seconds * 1000);
    return Math.max(median(times.slice(1)), 0.1); // the first one opens the connection
  };
  // A small transfer first: a weak link is known at once, a strong one needs more bytes to be measured.
  const measureDown = async () => {
    const small = await ask(form.dataset.download);
    if (small.seconds > 1.5) return megabits(small.bytes, small.seconds);
    const large = await ask(`${form.dataset.download}?taille=grande`);
    return megabits(large.bytes, large.seconds);
  };
  const send = async (size) => {
    const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content, "Content-Type": "application/octet-stream" };
    const bytes = new Uint8Array(size);
    for (let from = 0; from < size; from += 65536) crypto.getRandomValues(bytes.subarray(from, from + 65536));
    return (await ask(form.dataset.upload, { method: "POST", headers, body: bytes })).seconds;
  };
  const measureUp = async () => {
    const small = 131072, large = 2097152;
    const first = await send(small);
    return first > 1.5 ? megabits(small, first) : megabits(large, await send(large));
  };

  const show = (name, value) => {
    const digits = name === "latency_ms" ? 0 : 1;
    form.querySelector(`[data-gauge="${name}"] output`).textContent =
      value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
    form.elements[name].value = value.toFixed(2);
    bar.value += 1;
  };
  const run = async () => {
    button.disabled = true;
    bar.value = 0;
    bar.hidden = false;
    says("running");
    form.querySelectorAll("output").forEach((each) => { each.textContent = "—"; });
    try {
      show("latency_ms", await measureLatency());
      show("down_mbps", await measureDown());
      show("up_mbps", await measureUp());
      says("");
      form.requestSubmit();
    } catch {
      says("failed");
    } finally {
      bar.hidden = true;
      button.disabled = false;
    }
  };
  button.addEventListener("click", run);
})();
