// The tools: the key image for those who keep some, and on a telephone those that fit.
const primary = isNarrow
  ? ["MeasurementTools", "Zoom", "Pan", "WindowLevel", "MoreTools"]
  : ["MeasurementTools", "Zoom", "Pan", "TrackballRotate", "WindowLevel", "Capture", "Layout", "Crosshairs", "MoreTools"];
if (given.marks && act) {
  primary.splice(-1, 0, "KeyImage");
  mode.toolbarButtons = { $push: [{ id: "KeyImage", uiType: "diaphane.keyButton", props: { label: words.keep } }] };
  customize({ "ohif.hotkeyBindings": { $push: [
    { commandName: "turnKeyImage", label: words.keyImage, keys: ["k"], isEditable: true },
  ] } });
}
mode.toolbarSections = { $push: [{ primary }] };
// OHIF hears Enter and Space on the whole page, before the button that has the focus: these keys are the button's.
document.addEventListener("DOMContentLoaded", () => {
  document.body.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.closest("button, a, [role]")) event.stopPropagation();
  });
});
