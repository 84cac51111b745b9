// A button that asks the person's passkeys, puts their answer in a field and sends its form. No text here:
// what may be said is in components/passkey_says.html. window.webauthnJSON comes from allauth's own file.
(() => {
  const SAYS = { NotAllowedError: "failed", AbortError: "failed", InvalidStateError: "known" };

  class Unreachable extends Error {}

  const ask = async ({ ask: address, options }) => {
    if (options) return JSON.parse(document.getElementById(options).textContent);
    const method = address.endsWith("/entrer/") ? "GET" : "POST";
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(address, { method, headers }).catch(() => null);
    if (!answer?.ok || answer.redirected) throw new Unreachable();
    const found = await answer.json();
    return found.request_options ?? found;
  };

  const say = (button, name) => {
    const place = button.parentElement.querySelector("[data-passkey-says]");
    const words = name && button.parentElement.querySelector(`[data-passkey-say="${name}"]`);
    place.replaceChildren(...(words ? [words.content.cloneNode(true)] : []));
  };

  // The passkey stands for the code; what else the form wants is asked for before the passkey is.
  const isReady = (form) => {
    if (form.elements.code) form.elements.code.required = false;
    return form.reportValidity();
  };

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-passkey]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    say(button, "");
    if (!window.PublicKeyCredential || !window.webauthnJSON) return say(button, "absent");
    const field = document.getElementById(button.dataset.into);
    const sender = document.getElementById(button.dataset.then);
    if (sender && !isReady(field.form)) return;
    button.setAttribute("aria-busy", "true");
    try {
      const found = await ask(button.dataset);
      const wanted = found.creation_options ?? found.request_options ?? found;
      field.value = JSON.stringify(await window.webauthnJSON[button.dataset.passkey](wanted));
      if (sender) sender.click();
      else field.form.requestSubmit();
    } catch (error) {
      say(button, error instanceof Unreachable ? "unreachable" : SAYS[error.name] ?? "absent");
    } finally {
      button.setAttribute("aria-busy", "false");
    }
  });

  // An answer serves once: what was sent is not sent again with the next code.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    for (const { dataset } of document.querySelectorAll("[data-passkey][data-then]")) {
      if (dataset.then === detail.elt.id) document.getElementById(dataset.into).value = "";
    }
  });
})();
