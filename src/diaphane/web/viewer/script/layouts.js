// How the images of an act hang: its own, from their middle; with a prior, current left and prior right.
const { words } = given;
const list = (name) => (asked.get(name) || "").split(",").filter(Boolean);
const compared = list("besideSeries");
const studies = list("StudyInstanceUIDs");
// The address names the act's own studies, then the one prior beside: the others are fetched when asked.
const prior = compared.length === 2 ? studies[studies.length - 1] : "";
const choose = (isPrior, series) => ({
  studyMatchingRules: prior ? [{
    attribute: "StudyInstanceUID", required: true,
    constraint: isPrior ? { equals: { value: prior } } : { doesNotEqual: { value: prior } },
  }] : [],
  seriesMatchingRules: [
    { attribute: "numImageFrames", weight: 10, constraint: { greaterThan: { value: 0 } } },
    { attribute: "SeriesInstanceUID", weight: 15, constraint: { equals: { value: series || "" } } },
    { attribute: "isDisplaySetFromUrl", weight: 20, constraint: { equals: true } },
  ],
});
const hang = (id, viewportId) => ({
  viewportOptions: {
    viewportId, viewportType: "stack", toolGroupId: "default", allowUnmatchedView: true,
    initialImageOptions: { custom: "sopInstanceLocation", defaultValue: { preset: "middle" } },
  },
  displaySets: [{ id }],
});
const stage = (...viewports) => ({
  name: viewports.length > 1 ? "beside" : "one",
  viewportStructure: { layoutType: "grid", properties: { rows: 1, columns: viewports.length } },
  viewports,
});
const protocol = {
  id: "diaphane",
  name: prior ? words.prior : words.current,
  protocolMatchingRules: [],
  numberOfPriorsReferenced: prior ? 1 : 0,
  toolGroupIds: ["default"],
  displaySetSelectors: { current: choose(false, compared[0]), prior: choose(true, compared[1]) },
  defaultViewport: {
    viewportOptions: { viewportType: "stack", toolGroupId: "default", allowUnmatchedView: true },
    displaySets: [{ id: "current", matchedDisplaySetsIndex: -1 }],
  },
  stages: [
    prior && !isNarrow
      ? stage(hang("current", "default"), hang("prior", "prior"))
      : stage(hang("current", "default")),
  ],
};
window.config.extensions.push({
  id: "diaphane.layouts",
  getHangingProtocolModule: () => [{ name: protocol.id, protocol }],
});
const isPrior = (image) => image.StudyInstanceUID === prior || !studies.includes(image.StudyInstanceUID);
const studyDay = ({ referenceInstance: { StudyDate: text } }) => {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text || "");
  const made = parts && new Date(parts[1], parts[2] - 1, parts[3]);
  return made ? made.toLocaleDateString(document.documentElement.lang) : "";
};
const hasImage = ({ referenceInstance }) => Boolean(referenceInstance);
customize({ "viewportOverlay.topLeft": { $set: [
  { id: "Beside", inheritsFrom: "ohif.overlayItem", label: "",
    condition: (shown) => hasImage(shown) && (prior || isPrior(shown.referenceInstance)),
    contentF: ({ referenceInstance: image }) => (isPrior(image) ? words.prior : words.current) },
  { id: "StudyDate", inheritsFrom: "ohif.overlayItem", label: "", condition: hasImage, contentF: studyDay },
  { id: "SeriesDescription", inheritsFrom: "ohif.overlayItem", label: "",
    condition: ({ referenceInstance: image }) => Boolean(image && image.SeriesDescription),
    contentF: ({ referenceInstance: image }) => image.SeriesDescription },
  { id: "KeyImage", contentF: ({ viewportId }) => React && React.createElement(KeyMark, { viewportId }) },
] } });
