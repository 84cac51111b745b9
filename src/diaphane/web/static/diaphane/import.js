// Sends a CD or a folder in small batches. The server knows which files there are before the first one leaves,
// so that a cut or a closed tab loses nothing: the same folder chosen again sends only what is missing.
(() => {
  const form = document.querySelector("[data-import]");
  if (!form) return;
  const $ = (selector) => form.querySelector(selector);
  const PREFIX_AT = 128; // bytes before « DICM » in a DICOM file
  const LIST = 500; // names announced at once
  const BATCH = { files: 20, bytes: 8 << 20 };
  const LANES = 2; // batches on their way at the same time
  const PATIENCE = [2, 4, 8, 15, 30]; // seconds before trying again, the last one for ever
  const REFRESH = 2000; // milliseconds between two looks at what the server knows

  let run = null; // what is being sent; choosing another folder waits its turn

  const says = (state) => form.querySelectorAll("[data-says]").forEach((each) => { each.hidden = each.dataset.says !== state; });
  const headers = () => ({
    "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    "X-Diaphane-Actor": document.querySelector('meta[name="actor"]').content,
    "HX-Request": "true",
  });
  const wait = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
  const hexadecimal = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  class Stopped extends Error {}

  // Asks until the platform answers; a refusal is shown where the person looks, and stops everything.
  const post = async (url, body, type) => {
    for (let tries = 0; ; tries += 1) {
      while (run.isPaused) await wait(0.3);
      const answer = await fetch(url, { method: "POST", body, headers: { ...headers(), ...type } }).catch(() => null);
      if (answer?.ok) { says("sending"); return answer.json(); }
      if (answer && answer.status < 500) {
        const place = document.getElementById("refusal");
        place.innerHTML = await answer.text();
        place.scrollIntoView({ block: "center" });
        throw new Stopped();
      }
      says(answer?.status === 507 ? "full" : "waiting");
      await wait(PATIENCE[Math.min(tries, PATIENCE.length - 1)]);
    }
  };

  // --- What there is: names, sizes, and whether the first bytes are those of an image file.
  const walk = async (entry) => {
    if (entry.isFile) return [{ path: entry.fullPath.slice(1), file: await new Promise((good, bad) => entry.file(good, bad)) }];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) return found;
      for (const each of some) found.push(...await walk(each));
    }
  };
  const kindOf = async ({ file }) => {
    try {
      return await file.slice(PREFIX_AT, PREFIX_AT + 4).text() === "DICM" ? "dicom" : "other";
    } catch {
      return "unreadable";
    }
  };
  const announce = async (items) => {
    const wanted = [];
    for (let from = 0; from < items.length; from += LIST) {
      const some = items.slice(from, from + LIST);
      const files = [];
      for (const each of some) files.push([each.path, each.file.size, await kindOf(each)]);
      const said = await post(form.dataset.announce, JSON.stringify({ files }), { "Content-Type": "application/json" });
      show(said);
      const send = new Set(said.send);
      for (const each of some) {
        if (send.has(each.path) || (each.path in said.compare && !await isSame(each.file, said.compare[each.path]))) wanted.push(each);
      }
    }
    return wanted;
  };
  // The same name and size is not the same file: two CDs may number their images alike.
  const isSame = async (file, sha256) => {
    if (!globalThis.crypto?.subtle) return false;
    try {
      return hexadecimal(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) === sha256;
    } catch {
      return false;
    }
  };

  // --- Sending: the index of the CD first, then batches in two lanes.
  const cut = (items) => {
    const batches = [];
    let batch = [], bytes = 0;
    for (const each of items) {
      if (batch.length && (batch.length >= BATCH.files || bytes + each.file.size > BATCH.bytes)) { batches.push(batch); batch = []; bytes = 0; }
      batch.push(each);
      bytes += each.file.size;
    }
    return batch.length ? [...batches, batch] : batches;
  };
  const read = async (batch) => {
    const read = [], failed = [];
    for (const each of batch) {
      try {
        read.push({ ...each, content: new Blob([await each.file.arrayBuffer()]) });
      } catch {
        failed.push([each.path, each.file.size, "unreadable"]);
      }
    }
    return { read, failed };
  };
  const sendBatch = async (batch) => {
    const { read: good, failed } = await read(batch);
    if (failed.length) await post(form.dataset.announce, JSON.stringify({ files: failed }), { "Content-Type": "application/json" });
    if (!good.length) return;
    const body = new FormData();
    body.append("paths", JSON.stringify(good.map(({ path }) => path)));
    for (const { content } of good) body.append("file", content, "image");
    show(await post(form.dataset.files, body));
  };
  const sendAll = async (items) => {
    const isIndex = ({ path }) => /(^|\/)dicomdir$/i.test(path);
    const batches = [...items.filter(isIndex).map((each) => [each]), ...cut(items.filter((each) => !isIndex(each)))];
    run.total = items.length;
    const lane = async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        await sendBatch(batch);
        run.sent += batch.length;
        figures();
        refresh();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  };

  // --- What is shown.
  const figures = () => {
    $("[data-bar]").max = run.total || 1;
    $("[data-bar]").value = run.sent;
    $("[data-figures]").textContent = run.total ? `${run.sent} / ${run.total}` : "";
  };
  const show = ({ expected, received, verified }) => {
    const shown = document.querySelectorAll("#import-fates .counts-trio dd");
    [expected, received, verified].forEach((count, rank) => { if (shown[rank]) shown[rank].textContent = count; });
  };
  let isAsked = false;
  const refresh = (delay = REFRESH) => {
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => { isAsked = false; htmx.trigger("#import-live", "diaphane:import"); }, delay);
  };
  // Choices under way are left alone; a list that someone has opened stays open when it is drawn again.
  const isChosen = (root) => [...root.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.type === "textarea" ? field.value !== field.defaultValue : field.checked !== field.defaultChecked);
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (detail.target.id === "import-studies" && isChosen(detail.target)) {
      detail.shouldSwap = false;
      detail.target.querySelector("[data-more]").hidden = false;
    }
    if (detail.target.id !== "import-fates") return;
    for (const open of detail.target.querySelectorAll("details[open]")) {
      detail.fragment.querySelector(`details[data-fate="${open.dataset.fate}"]`)?.setAttribute("open", "");
    }
  });

  const start = async (items) => {
    if (run || !items.length) return;
    run = { total: 0, sent: 0, isPaused: false };
    $("[data-sending]").hidden = $("[data-steers]").hidden = false;
    figures();
    says("reading");
    try {
      const wanted = await announce(items);
      refresh(0);
      await sendAll(wanted);
      says(document.querySelector("#import-studies fieldset") || wanted.length ? "done" : "nothing");
    } catch (error) {
      if (!(error instanceof Stopped)) console.error(error.name);
      says("stopped");
    } finally {
      run = null;
      $("[data-steers]").hidden = true;
      refresh(0);
    }
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-chosen]")) return;
    const items = [...target.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    target.value = ""; // the same folder may be chosen again
    start(items);
  });
  const drop = $("[data-drop]");
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.toggle("is-over", name === "dragover"); });
  }
  drop.addEventListener("drop", async ({ dataTransfer }) => {
    const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const found = [];
    for (const entry of entries) found.push(...await walk(entry).catch(() => []));
    start(found);
  });
  for (const [button, isPaused] of [["[data-pause]", true], ["[data-resume]", false]]) {
    $(button).addEventListener("click", () => {
      if (run) run.isPaused = isPaused;
      $("[data-pause]").hidden = isPaused;
      $("[data-resume]").hidden = !isPaused;
      says(isPaused ? "paused" : "sending");
    });
  }
  addEventListener("beforeunload", (event) => { if (run) event.preventDefault(); });
})();
