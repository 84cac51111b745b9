// The little that pages need beyond htmx. No framework, no text: what is said to people is in spoken.html.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const meta = (name) => $(`meta[name="${name}"]`);

  // A refusal shows where the person is looking: in the open dialog, else at the top of the page.
  const refusalPlace = () => $("dialog[open] [data-refusal]") || $("#refusal");
  const say = (id, sender) => {
    const place = refusalPlace();
    place.replaceChildren($(id).content.cloneNode(true));
    if (!isQuiet(sender)) reveal(place);
  };
  // What a page sends by itself while someone types ([data-quiet]) never takes the cursor away.
  const isQuiet = (sender) => sender?.matches?.("[data-quiet]") ?? false;
  const reveal = (place) => {
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "center", behavior: "instant" });
  };

  // The CSRF cookie is HttpOnly: htmx takes the token from the page. The actor goes along, so that
  // nothing is ever sent under the name of someone who logged in meanwhile on a shared browser.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.headers["X-CSRFToken"] = meta("csrf-token").content;
    if (meta("actor")) detail.headers["X-Diaphane-Actor"] = meta("actor").content;
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // What was refused stays said until the person acts again: a page that refreshes itself erases nothing.
    if (detail.xhr.status < 400) { if (detail.requestConfig.verb !== "get") $("#refusal")?.replaceChildren(); }
    else if (detail.shouldSwap) detail.target = refusalPlace();
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.xhr?.status >= 400 && !isQuiet(detail.requestConfig?.elt)) reveal(refusalPlace());
  });
  document.addEventListener("htmx:sendError", ({ detail }) => say("#say-unreachable", detail.elt));
  document.addEventListener("htmx:timeout", ({ detail }) => say("#say-unreachable", detail.elt));
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status >= 500) say("#say-unreachable", detail.elt);
  });

  // A double click sends once: a form and its buttons rest until a moment after the answer, or the
  // page's return. Caught on the way down, before htmx, which would queue the second click.
  const rest = (form, busy) => {
    form.isSending = busy;
    for (const button of all("button:not([type=button]), input[type=submit]", form)) {
      button.disabled = busy;
      button.setAttribute("aria-busy", String(busy && button === form.lastPressed));
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.isSending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.isSending = true;
    form.lastPressed = event.submitter;
    // After this turn of the loop, so that the pressed button's own name and value are sent. htmx may
    // have cancelled the submission to send it itself; a cancelled one that it did not take stays open.
    setTimeout(() => rest(form, !event.defaultPrevented || form.classList.contains("htmx-request")));
    // A download leaves the page where it is: its form rests a moment only.
    if (form.matches("[data-downloads]")) setTimeout(() => rest(form, false), 3000);
  }, true);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt.closest?.("form");
    if (form) setTimeout(() => rest(form, false), 400);
  });
  addEventListener("pageshow", ({ persisted }) => persisted && all("form").forEach((form) => rest(form, false)));

  // The session ended and the text is still here: back from the login tab, take the new token and say so.
  const comeBack = async () => {
    if (!$("[data-session-ended]")) return;
    const answer = await fetch("/compte/jeton/", { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const { token, actor } = await answer.json();
    if (meta("actor") && actor !== meta("actor").content) return say("#say-other");
    meta("csrf-token").content = token;
    for (const field of all("[name=csrfmiddlewaretoken]")) field.value = token;
    say("#say-back", document.querySelector("[data-quiet]"));
    document.dispatchEvent(new CustomEvent("diaphane:back"));
  };
  addEventListener("focus", comeBack);
  // What the page sent by itself before its owner came back was refused for its old token: it comes back alone.
  let cameBackAt = 0;
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.xhr?.status !== 403 || Date.now() - cameBackAt < 5000) return;
    cameBackAt = Date.now();
    comeBack();
  });

  // Is what I see up to date? Every live page says so.
  const live = (state) => all("[data-live]").forEach((light) => { light.dataset.state = state; });
  document.addEventListener("htmx:sseOpen", () => live("open"));
  document.addEventListener("htmx:sseError", () => live("lost"));
  addEventListener("offline", () => $("[sse-connect]") && live("lost"));

  // Dialogs, menus, the way back, the theme: one listener each, so that swapped content works too.
  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const opener = at("[data-opens]");
    if (opener) open(document.getElementById(opener.dataset.opens), opener.dataset);
    if (at("[data-closes]")) at("dialog")?.close();
    if (at("[data-back]") && history.length > 1) { event.preventDefault(); history.back(); }
    if (at("[data-print]")) print();
    const theme = at("[data-theme-next]");
    if (theme) { window.diaphaneTheme(theme.dataset.themeNext); showTheme(); $("[data-theme-next]:not([hidden])").focus(); }
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details[data-menu][open]")) { menu.open = false; $("summary", menu).focus(); }
  });
  // One dialog may serve several lines of a page: its opener says which one.
  const open = (dialog, { target, targetWords }) => {
    const field = dialog && $("[data-target]", dialog);
    if (field) { field.value = target; $("[data-target-words]", dialog).textContent = targetWords; }
    dialog?.showModal();
  };
  const AFTER = { auto: "light", light: "dark", dark: "auto" };
  const showTheme = () => {
    const next = AFTER[document.documentElement.dataset.themeChoice];
    for (const button of all("[data-theme-next]")) button.hidden = button.dataset.themeNext !== next;
  };
  // Where a row of places does not fit, the place where one stands is in sight.
  for (const row of all(".nav-main, .tabs")) {
    const hidden = ($("[aria-current]", row)?.getBoundingClientRect().right ?? 0) - row.getBoundingClientRect().right;
    if (hidden > 0) row.scrollLeft += hidden + 24; // and a little of the next one
  }
  showTheme();
  document.addEventListener("htmx:load", showTheme);
})();
