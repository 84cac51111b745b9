// Takes the key of a link out of the address, where it must not stay, and puts it in the form.
(() => {
  const place = document.querySelector("[data-key]");
  const field = place.querySelector("input");
  const key = location.hash.slice(1);
  if (key) {
    field.value = key;
    history.replaceState(null, "", location.pathname);
  }
  place.hidden = field.value !== "" && !place.querySelector(".has-error");
  document.querySelector(place.hidden ? "[name=code]" : "[name=key]").focus();
})();
