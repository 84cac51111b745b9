// Key images: marked here, kept as DICOM documents that the platform writes and this viewer stores by STOW-RS.
const act = asked.get("acte") || "";
const keysAddress = `/examens/${act}/images/cles/`;
const keyDocuments = "1.2.840.10008.5.1.4.1.1.88.59";
const sayToListeners = new Set();
let kept = new Set();
let viewer; // servicesManager and extensionManager, once OHIF has made them
let isTurning = false;
let firstRead; // nothing is turned before it is known

// The frame that a stack shows, as the platform names it; nothing for a reconstruction.
const find = (viewportId) => {
  const shown = viewer.servicesManager.services.cornerstoneViewportService.getCornerstoneViewport(viewportId);
  const image = shown && shown.type === "stack" ? shown.getCurrentImageId() : "";
  const parts = /\/instances\/([\d.]+)\/frames\/(\d+)/.exec(image || "");
  return parts ? { name: `${parts[1]}/${parts[2]}`, range: shown.getProperties().voiRange } : null;
};
// Centre and width of a range (PS3.3 C.11.2.1.2).
const windowOf = (range) => (range ? `${(range.lower + range.upper + 1) / 2}/${range.upper - range.lower + 1}` : "");
const activeViewport = () => viewer.servicesManager.services.viewportGridService.getActiveViewportId();
const isKept = (viewportId) => kept.has((find(viewportId) || {}).name);
const showKeys = () => sayToListeners.forEach((listener) => listener());
const readKeys = async () => {
  const answer = await fetch(keysAddress);
  if (!answer.ok || answer.redirected) return;
  kept = new Set((await answer.json()).keys);
  showKeys();
};
const saysWhy = async (answer) => {
  if (answer.redirected) return words.loggedOut;
  if (answer.status === 404) return words.elsewhere;
  const isSaid = (answer.headers.get("Content-Type") || "").startsWith("application/json");
  return isSaid ? (await answer.json()).error : words.failed;
};
const storeKey = async (frame, wasKept) => {
  const query = new URLSearchParams({ fenetre: windowOf(frame.range) });
  const answer = await fetch(`${keysAddress}${frame.name}/${wasKept ? "retirer/" : `?${query}`}`);
  if (!answer.ok || answer.redirected) return saysWhy(answer);
  const [dataSource] = viewer.extensionManager.getActiveDataSource();
  if (answer.status === 200) await dataSource.store.dicom(await answer.arrayBuffer());
  await readKeys();
  return kept.has(frame.name) === wasKept ? words.failed : "";
};
const turnKeyImage = async () => {
  const { uiNotificationService: notices } = viewer.servicesManager.services;
  const frame = find(activeViewport());
  const say = (type, message) => notices.show({ title: words.keyImage, message, type, duration: 6000 });
  if (!frame) return say("info", words.noFrame);
  if (isTurning) return;
  isTurning = true;
  await firstRead;
  const wasKept = kept.has(frame.name);
  const trouble = await storeKey(frame, wasKept).catch(() => words.failed);
  isTurning = false;
  say(trouble ? "error" : "success", trouble || (wasKept ? words.taken : words.kept));
};

const useKeys = () => {
  const [, again] = React.useState(0);
  React.useEffect(() => {
    const listener = () => again((count) => count + 1);
    sayToListeners.add(listener);
    return () => sayToListeners.delete(listener);
  }, []);
};
// Over the image: it says so itself, whoever kept it.
const KeyMark = ({ viewportId }) => {
  useKeys();
  return isKept(viewportId) ? React.createElement("div", { className: "key-mark" }, words.keyImage) : null;
};
const star = "M12 2.6l2.9 6 6.5.9-4.7 4.6 1.1 6.5L12 17.5l-5.8 3.1 1.1-6.5L2.6 9.5l6.5-.9z";
const KeyButton = () => {
  useKeys();
  const isOn = isKept(activeViewport());
  const label = isOn ? words.release : words.keep;
  return React.createElement("button", {
    type: "button", className: "key-button", "aria-pressed": isOn, "aria-label": label, title: `${label} (K)`,
    "data-cy": "KeyImage", onClick: turnKeyImage,
  }, React.createElement("svg", { viewBox: "0 0 24 24", "aria-hidden": true }, React.createElement("path", { d: star })));
};

window.config.extensions.push({
  id: "diaphane.keys",
  preRegistration: (managers) => { viewer = managers; },
  onModeEnter: ({ servicesManager }) => {
    const { viewportGridService } = servicesManager.services;
    viewportGridService.subscribe(viewportGridService.EVENTS.ACTIVE_VIEWPORT_ID_CHANGED, showKeys);
    firstRead = readKeys().catch(() => {});
    document.addEventListener("visibilitychange", () => document.hidden || readKeys().catch(() => {}));
  },
  getCommandsModule: () => ({ definitions: { turnKeyImage }, defaultContext: "DEFAULT" }),
  getToolbarModule: () => [{ name: "diaphane.keyButton", defaultComponent: KeyButton }],
  // The documents themselves are no images: without this, OHIF lists them beside a warning.
  getSopClassHandlerModule: () => [{
    name: "keys",
    sopClassUids: [keyDocuments],
    getDisplaySetsFromSeries: (instances) => [{
      displaySetInstanceUID: `keys-${instances[0].SOPInstanceUID}`,
      SOPClassHandlerId: "diaphane.keys.sopClassHandlerModule.keys",
      SOPClassUID: keyDocuments,
      StudyInstanceUID: instances[0].StudyInstanceUID,
      SeriesInstanceUID: instances[0].SeriesInstanceUID,
      Modality: "KO",
      instances,
      instance: instances[0],
      unsupported: true,
      excludeFromThumbnailBrowser: true,
    }],
  }],
});
mode.sopClassHandlers = { $push: ["diaphane.keys.sopClassHandlerModule.keys"] };
// The button and the mark follow the image that shows; the events do not bubble.
for (const event of ["CORNERSTONE_STACK_NEW_IMAGE", "CORNERSTONE_VIEWPORT_NEW_IMAGE_SET"]) {
  document.addEventListener(event, showKeys, true);
}
