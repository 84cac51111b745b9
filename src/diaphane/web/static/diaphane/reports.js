// The report's editor: says whether the text is kept, and moves the images to another window and back.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const form = $("#report");
  const bar = $(".keepbar");
  const keep = (state) => { if (bar) bar.dataset.keep = state; };
  let typed = 0; // how many times something was typed; a keeping covers what was typed before it left
  let kept = 0;
  const isKept = () => kept >= typed;

  if (form) {
    form.addEventListener("input", () => { typed += 1; keep("typing"); });
    const sent = new WeakMap();
    const isOurs = ({ detail }) => detail.elt === form || detail.elt.id === "sign";
    document.addEventListener("htmx:beforeSend", (event) => { if (isOurs(event)) sent.set(event.detail.xhr, typed); });
    // Before the answer is followed: a signature leads to another page, and what was signed is kept.
    document.addEventListener("htmx:beforeOnLoad", (event) => {
      const { xhr } = event.detail;
      if (isOurs(event) && (xhr.status < 300 || xhr.status === 422)) kept = sent.get(xhr) ?? kept;
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      if (isOurs(event)) keep(isKept() ? "kept" : event.detail.successful ? "typing" : "lost");
    });
    document.addEventListener("htmx:afterSwap", () => {
      const facts = $("#kept [data-kept-at]");
      if (!facts || !bar) return;
      bar.dataset.gaps = facts.dataset.gaps;
      bar.querySelector("[data-gap-count]").textContent = facts.dataset.gaps;
      bar.querySelector("[data-kept-time]").textContent = facts.dataset.keptAt;
    });
    // What could not be kept is sent again by itself, without waiting for the next word.
    setInterval(() => { if (!isKept() && bar.dataset.keep === "lost") form.dispatchEvent(new Event("change")); }, 15000);
    addEventListener("beforeunload", (event) => { if (!isKept()) event.preventDefault(); });
    $("#id_code").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      $("#sign").click();
    });
  }

  // A refusal in a dialog names a field of the exam: it leads to the words asked for there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("dialog [data-refusal] a[href^='#id_']");
    if (!link) return;
    event.preventDefault();
    link.closest("dialog").querySelector(link.hash.includes("next_step") ? "[name=next_step]" : "[name=comment]")?.focus();
  });
  document.addEventListener("click", (event) => {
    const { target } = event;
    const beside = target.closest(".beside");
    const image = target.closest("[data-image]");
    if (image && beside?.querySelector(".pane-frame") && !event.ctrlKey && !event.metaKey) showImage(beside, image, event);
    if (target.closest("[data-apart]")) setApart(beside, true);
    if (target.closest("[data-together]")) setApart(beside, false);
    const chosen = target.closest("[data-frame]");
    if (chosen) choose(beside, chosen);
  });
  // An image pointed out: the full viewer opens on it, in the frame; in its own window when the images are there.
  const showImage = (beside, { href }, event) => {
    const full = beside.querySelector('[data-frame][data-follows=""]');
    choose(beside, full);
    if (beside.classList.contains("is-apart")) return;
    event.preventDefault();
    beside.querySelector(".pane-frame").src = href;
  };
  // The first look or the full viewer: in the frame, and for a second screen.
  const choose = (beside, { dataset: { frame: address, follows } }) => {
    const frame = beside.querySelector(".pane-frame");
    frame.dataset.address = address;
    if (!beside.classList.contains("is-apart")) frame.src = address;
    beside.querySelector("[data-apart]").href = address;
    beside.querySelector("#follows").value = follows;
    for (const each of beside.querySelectorAll("[data-frame]")) each.setAttribute("aria-pressed", String(each.dataset.frame === address));
  };
  const setApart = (beside, isApart) => {
    const frame = beside.querySelector(".pane-frame");
    frame.dataset.address ||= frame.getAttribute("src");
    if (isApart) frame.removeAttribute("src");
    else frame.src = frame.dataset.address;
    frame.hidden = isApart;
    beside.classList.toggle("is-apart", isApart);
    beside.querySelector(".pane-apart").hidden = !isApart;
    beside.querySelector("[data-together]").hidden = !isApart;
  };
})();
