// Runs before the first paint, so that a dark reading room never sees a white flash.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => (document.cookie.match(/(?:^|; )diaphane_theme=(light|dark)/) || [])[1];
  const apply = () => {
    // Tabler has a few rules for the attribute alone: write it even when the system decides.
    root.dataset.bsTheme = chosen() || (system.matches ? "dark" : "light");
    root.dataset.themeChoice = chosen() || "auto";
  };
  system.addEventListener("change", apply);
  window.diaphaneTheme = (choice) => {
    const age = choice === "auto" ? 0 : 31536000;
    document.cookie = `diaphane_theme=${choice}; Path=/; Max-Age=${age}; SameSite=Lax`;
    apply();
  };
  apply();
})();
