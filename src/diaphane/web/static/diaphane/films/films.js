// The light viewer: describes the films of an act, fetches them by the plan, and follows what still arrives.
import { Decoding } from "./decoding.js";
import { Film } from "./film.js";
import { Keys } from "./keys.js";
import { Loading } from "./loading.js";
import { reach } from "./platform.js";
import { Strip } from "./strip.js";

const SETTLES = 800; // milliseconds: many images arrive together
const root = document.querySelector("[data-films]");
const { address, live, decoder } = root.dataset;
const { worker = null, ...early } = window.diaphaneFilms ?? {}; // by early.js
const isReader = "reader" in root.dataset;
const platform = reach(address, early);
const films = new Map();
const keys = new Keys(platform, {
  changed: () => { for (const film of films.values()) film.showKey(); },
  failed: (error) => { root.dataset.trouble = error ? "unkept" : ""; },
});

// What is said of the link: nothing, "cut" while it is tried again, "closed" when only reloading helps.
const trouble = (error) => { root.dataset.trouble = !error ? "" : error.isFinal ? "closed" : "cut"; };
const changed = (slice) => [...films.values()].find(({ slices }) => slices.includes(slice))?.improve(slice);
const loading = new Loading({ decoding: new Decoding(worker, decoder), ...platform, changed, trouble });

// The film that is on the screen goes first, the others follow in their order.
let first = null;
const turn = (film) => {
  first = film;
  const slice = film.slices[film.looked];
  if (slice?.state === "exact" && !slice.whole) loading.restore(slice);
  go();
};
const go = () => {
  loading.films = [...films.values()].sort((one, other) => (other === first) - (one === first));
  loading.go();
};
const middle = new IntersectionObserver((entries) => {
  const shown = entries.findLast(({ isIntersecting }) => isIntersecting);
  if (shown) turn([...films.values()].find((film) => film.root === shown.target));
}, { rootMargin: "-50% 0px" });
const strip = new Strip(root.querySelector("[data-strip]"));

const addFilm = (id) => {
  const content = document.querySelector("#film").content.cloneNode(true).firstElementChild;
  root.querySelector("[data-row]").append(content);
  const film = new Film(content, { isReader, turned: turn, keys });
  films.set(id, film);
  first ??= film;
  strip.add(film);
  middle.observe(content);
};

let seen = "";
const describe = async () => {
  const text = await platform.describe();
  if (text === seen) return;
  seen = text;
  const told = JSON.parse(text);
  keys.take(told.keys);
  for (const each of told.films) {
    if (!films.has(each.id)) addFilm(each.id);
    films.get(each.id).describe(each, told.awaited);
  }
  strip.name();
  root.dataset.ready = films.size ? "films" : "none";
  root.dispatchEvent(new CustomEvent("films:described", { bubbles: true, detail: [...films.values()] }));
  go();
};

// Images that arrive while someone looks: the live stream says that something changed, never what.
let waiting = null;
const soon = (delay = SETTLES) => { waiting ??= setTimeout(refresh, delay); }; // what comes meanwhile waits no longer
const refresh = () => {
  clearTimeout(waiting);
  waiting = null;
  return describe().catch((error) => {
    trouble(error);
    if (!error.isFinal) soon(5 * SETTLES);
  });
};
if (live) new EventSource(live).addEventListener("change", () => soon());
addEventListener("online", () => loading.resume());
addEventListener("pageshow", ({ persisted }) => persisted && refresh());
refresh();
