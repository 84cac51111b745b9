// The names of the films, for a page that shows one at a time; a page without a strip shows them all.
export class Strip {
  #films = [];
  #isChosen = false; // until someone chooses, the longest film is shown: not a localizer of one image

  constructor(root) {
    this.root = root;
    this.root?.addEventListener("click", ({ target }) => {
      const index = [...this.root.children].indexOf(target.closest("button"));
      if (index < 0) return;
      this.#isChosen = true;
      this.show(this.#films[index]);
    });
  }

  add(film) {
    this.#films.push(film);
    if (!this.root) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "film-name";
    this.root.append(button);
    this.show(this.#films.find(({ root }) => !root.hidden) ?? film);
  }

  // Writes the names and counts as they are now; a single film needs no strip.
  name() {
    if (!this.root) return;
    this.root.hidden = this.#films.length < 2;
    this.#films.forEach(({ name, count }, index) => { this.root.children[index].textContent = `${name} (${count})`; });
    const longest = this.#films.reduce((one, other) => (other.count > (one?.count ?? 0) ? other : one), null);
    if (longest && !this.#isChosen) this.show(longest);
  }

  show(film) {
    this.#films.forEach((each, index) => {
      each.root.hidden = each !== film;
      this.root.children[index].setAttribute("aria-pressed", String(each === film));
    });
  }
}
