// What the pages of an act need beyond app.js: nothing typed is lost when the page changes by itself.
(() => {
  const FIELDS = "textarea, input:not([type=hidden])";
  const isTyped = (root) => [...root.querySelectorAll(FIELDS)].some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

  // A part that may hold typed text is replaced only when its words changed and nothing was typed in it.
  document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
    if (!detail.target.matches("[data-keeps-typed]")) return;
    const isSame = words(detail.fragment) === words(detail.target);
    const isKept = !isSame && isTyped(detail.target);
    const changed = document.getElementById("changed");
    if (isKept && changed) changed.hidden = false;
    if (isSame || isKept) detail.shouldSwap = false;
  });

  // A message that was accepted leaves its box, and the box its dialog; a refused one stays.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful || !detail.elt.matches("form[data-clears]")) return;
    detail.elt.reset();
    detail.elt.closest("dialog")?.close();
  });

  // A field whose error came by itself says so to assistive technology.
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    const field = document.getElementById(detail.target.dataset?.errorOf);
    if (!field) return;
    const isWrong = detail.target.querySelector("ul") !== null;
    const ids = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    isWrong ? ids.add(detail.target.id) : ids.delete(detail.target.id);
    for (const [name, value] of [["aria-describedby", [...ids].join(" ")], ["aria-invalid", isWrong ? "true" : ""]])
      value ? field.setAttribute(name, value) : field.removeAttribute(name);
  });

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fills]");
    if (chip) fill(document.getElementById(chip.dataset.fills), chip.textContent.trim());
    const way = event.target.closest("[data-goes]");
    if (way) { event.preventDefault(); goTo(document.querySelector(way.getAttribute("href"))); }
  });
  // A function key opens what its link says; letters are left to people and their assistive technology.
  document.addEventListener("keydown", (event) => {
    if (!/^F\d+$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const link = document.querySelector(`[data-key="${event.key}"]`);
    if (link && !document.querySelector("dialog[open]")) { event.preventDefault(); link.click(); }
  });
  const fill = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  };
  const goTo = (field) => {
    const control = field.matches("fieldset") ? field.querySelector("input:checked, input") : field;
    field.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  };
})();
