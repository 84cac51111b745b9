// The MERM's card: when the exam has moved on, the one thing to do now is brought before the eyes.
(() => {
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    if (detail.target.id !== "work") return;
    const stage = document.getElementById("stage");
    stage.scrollIntoView({ block: "start", behavior: "instant" });
    if (document.activeElement === document.body) stage.querySelector("h2").focus({ preventScroll: true });
  });
})();
