// What OHIF reads before it starts: our DICOMweb, no study list, nothing outside. `given` comes from the platform.
const root = `${window.location.origin}/dicomweb`;
const source = { ...given.source, qidoRoot: root, wadoRoot: root, wadoUriRoot: root };
const asked = new URLSearchParams(window.location.search);
const isNarrow = window.innerWidth < 700;
// Beside a text, the page around names the patient and the frame is narrow: no name over the tools. In a window
// of its own, the viewer names the patient.
const isBesideText = window.parent !== window.top;
let React; // OHIF's own, lent when it draws the logo

window.config = given.configuration;
window.config.dataSources = [{
  namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
  sourceName: "diaphane",
  configuration: source,
}];
window.config.whiteLabeling = {
  createLogoComponentFn: (react) => {
    React = react;
    // On a telephone the tools take the whole width: the page above names the patient, and leads elsewhere.
    return React.createElement("span", { className: "text-white" }, isNarrow ? "" : "Diaphane");
  },
};
window.config.httpErrorHandler = () => {};
window.config.showPatientInfo = isBesideText || isNarrow ? "disabled" : "visible";
// On a telephone no list of series stands over the image.
const mode = { routes: { 0: { layoutInstance: { props: { leftPanelClosed: { $set: isNarrow } } } } } };
window.config.modesConfiguration = { "@ohif/mode-longitudinal": mode };
const customize = (...changes) => window.config.customizationService.push(...changes);
