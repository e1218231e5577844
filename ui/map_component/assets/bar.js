/* Above the map: a place to look for, the level of the areas, and what is chosen. */
import { element } from "./legend.js"
import { SearchBox } from "./search.js"

const MOST_NAMES = 3

export class Bar {
  constructor({ onFound, onLevel, onClear }) {
    this.box = element("div", "bar")
    this.search = new SearchBox(onFound)
    this.levels = element("div", "levels")
    this.levels.setAttribute("role", "group")
    this.chosen = element("p", "chosen")
    this.clear = element("button", "clear")
    this.clear.type = "button"
    this.clear.onclick = onClear
    this.onLevel = onLevel
    this.box.append(this.search.box, this.levels, this.chosen)
  }

  update(data, scene) {
    // beside the map it follows, its own search and levels would say the same twice; the room stays, so that both maps stand level
    this.box.inert = Boolean(data.follows)
    this.box.classList.toggle("follows", this.box.inert)
    const levelNames = Object.fromEntries(data.levels.map(({ level, label }) => [level, label]))
    this.search.update(
      { places: data.places, words: data.words, language: data.language, levelNames },
      data.codes.map((code, row) => ({ code, names: [data.names[row]], level: data.level, parentName: "" })))
    this.levels.setAttribute("aria-label", data.words.level)
    this.levels.hidden = data.levels.length < 2
    const now = JSON.stringify(data.levels)
    // a button that is replaced loses the keyboard's place
    if (this.shown !== now) this.levels.replaceChildren(...data.levels.map(({ level, label }) => this.#level(level, label)))
    this.shown = now
    for (const button of this.levels.children) button.setAttribute("aria-pressed", String(Number(button.dataset.level) === data.level))
    this.clear.textContent = data.words.clear
    this.say(scene)
  }

  /** The areas chosen by name, and the way to let go of them. */
  say({ selected, names, words }) {
    this.chosen.hidden = !selected.length
    if (!selected.length) return
    const more = selected.length - MOST_NAMES
    const said = selected.slice(0, MOST_NAMES).map((area) => names[area]).join(", ") + (more > 0 ? ` + ${more}` : "")
    this.chosen.replaceChildren(element("span", "chosen-names", said), this.clear)
  }

  #level(level, label) {
    const button = element("button", "level", label)
    button.type = "button"
    button.dataset.level = level
    button.onclick = () => { if (button.getAttribute("aria-pressed") !== "true") this.onLevel(level) }
    return button
  }
}
