// Words that the build does not translate: a text or a name is replaced as it appears, when all of it is known.
const spoken = new Map(Object.entries(given.spoken));
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const isFrench = document.documentElement.lang === "fr";
const day = (year, month, date) => (isFrench ? `${date}/${month}/${year}` : `${year}-${month}-${date}`);
const told = (text) => (text === "undefined" ? "" : text);
const patterns = [
  // The build knows the months by their English names alone.
  [/^(\d\d) ([A-Z][a-z]{2}) (\d{4})$/, (_all, date, month, year) => (
    isFrench && months.includes(month)
      ? day(year, String(months.indexOf(month) + 1).padStart(2, "0"), date)
      : `${date} ${month} ${year}`)],
  // The series that measurements may join: words, date/time, number.
  [/^(.*) (\d{8}|undefined)\/([\d.]+|undefined) (\d+)$/, (_all, name, date, _time, number) => [
    told(name), date === "undefined" ? "" : day(date.slice(0, 4), date.slice(4, 6), date.slice(6)),
    `${words.series} ${number}`,
  ].filter(Boolean).join(" · ")],
];
const named = ["aria-label", "placeholder", "title"];
const buttons = new Map([
  ["[data-cy='undo-btn']", words.undo],
  ["[data-cy='redo-btn']", words.redo],
  ["[data-cy='MeasurementTools-split-button-secondary'] button", words.otherMeasures],
  ["[data-cy='MoreTools-split-button-secondary'] button", words.otherTools],
  [".flex-shrink-0 > [aria-haspopup='menu']", words.settings],
]);

const translate = (text) => {
  const bare = (text || "").trim();
  if (spoken.has(bare)) return spoken.get(bare);
  const pattern = patterns.find(([form]) => form.test(bare));
  return pattern ? bare.replace(...pattern) : text;
};
const say = (node) => {
  const known = translate(node.nodeValue);
  if (known !== node.nodeValue) node.nodeValue = known;
};
const name = (element, attribute) => {
  const known = translate(element.getAttribute(attribute));
  if (known !== element.getAttribute(attribute)) element.setAttribute(attribute, known);
};
const sayAll = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return say(node);
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const attribute of named) {
    if (node.hasAttribute(attribute)) name(node, attribute);
    node.querySelectorAll(`[${attribute}]`).forEach((element) => name(element, attribute));
  }
  for (const [selector, label] of buttons) {
    node.querySelectorAll(selector).forEach((button) => button.setAttribute("aria-label", label));
  }
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) say(texts.currentNode);
};
new MutationObserver((changes) => {
  for (const { type, target, addedNodes, attributeName } of changes) {
    if (type === "characterData") say(target);
    else if (type === "attributes") name(target, attributeName);
    else addedNodes.forEach(sayAll);
  }
}).observe(document.documentElement, {
  attributeFilter: named, characterData: true, childList: true, subtree: true,
});
