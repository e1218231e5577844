/* The box that finds a place. The names come once, by URL, when somebody first goes to the box. */
import { element } from "./legend.js"
import { fetchOnce } from "./geometry.js"
import { prepared, search } from "./matching.js"

export class SearchBox {
  constructor(onFound) {
    this.onFound = onFound
    this.box = element("div", "search")
    this.input = element("input", "search-input")
    this.input.type = "search"
    this.input.autocomplete = "off"
    this.input.spellcheck = false
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "places"], ["aria-expanded", "false"]]) {
      this.input.setAttribute(name, value)
    }
    this.list = element("ul", "places")
    this.list.id = "places"
    this.list.setAttribute("role", "listbox")
    this.list.hidden = true
    this.box.append(this.input, this.list)
    this.found = []
    this.active = -1
    this.input.onfocus = () => this.#load()
    this.input.oninput = () => this.#suggest()
    this.input.onkeydown = (event) => this.#key(event)
    this.input.onblur = () => this.#close()
  }

  /** `places` is the URL of the names, `rows` what there is without them: code and name of each area on the map. */
  update({ places, words, language, levelNames }, rows) {
    Object.assign(this, { words, language, levelNames })
    this.input.placeholder = words.search
    this.input.setAttribute("aria-label", words.search)
    this.list.setAttribute("aria-label", words.search)
    if (this.url !== places || !places) {
      this.url = places
      this.places = rows.map(prepared)
      this.loaded = false
      if (this.box.contains(this.box.getRootNode().activeElement)) this.#load()
    }
  }

  #load() {
    if (this.loaded || !this.url) return
    this.loaded = true
    fetchOnce(this.url)
      .then(({ places }) => {
        const named = new Map(places.map((place) => [place.code, place]))
        this.places = places.map((place) => prepared({
          ...place,
          names: [...new Set([place[`name_${this.language}`] ?? place.name_fr, place.name_fr, place.name_en, ...(place.aliases ?? [])])].filter(Boolean),
          parentName: named.get(place.parent)?.[`name_${this.language}`] ?? "",
        }))
        if (this.input.value) this.#suggest()
      })
      .catch((error) => { this.loaded = false; console.warn("map: places", error.message) })
  }

  #suggest() {
    this.found = search(this.places ?? [], this.input.value)
    this.active = this.found.length ? 0 : -1
    const rows = this.found.map((one, number) => this.#row(one, number))
    if (!rows.length && this.input.value.trim()) {
      const none = element("li", "place none", this.words.search_none.replace("{typed}", this.input.value.trim()))
      none.setAttribute("role", "option")
      none.setAttribute("aria-disabled", "true")
      rows.push(none)
    }
    this.list.replaceChildren(...rows)
    this.#open(rows.length > 0)
    this.#mark()
  }

  #row({ place, word }, number) {
    const row = element("li", "place")
    row.id = `place-${number}`
    row.setAttribute("role", "option")
    row.append(element("strong", "", place.names[0]))
    if (word !== place.names[0]) row.append(" ", element("span", "", `(${word})`))
    const where = [place.parentName, this.levelNames[place.level], place.code].filter(Boolean).join(" · ")
    row.append(element("span", "place-where", where))
    // before the box loses the focus, which closes the list
    row.onpointerdown = (event) => { event.preventDefault(); this.#take(number) }
    return row
  }

  #key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 }
    if (event.key in moves && this.found.length) {
      this.active = (this.active + moves[event.key] + this.found.length) % this.found.length
      this.#mark()
    } else if (event.key === "Enter" && this.active >= 0) this.#take(this.active)
    else if (event.key === "Escape" && (this.input.value || !this.list.hidden)) { this.input.value = ""; this.#close() }
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #take(number) {
    const { place } = this.found[number]
    this.input.value = ""
    this.#close()
    this.onFound(place)
  }

  #mark() {
    [...this.list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === this.active)))
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `place-${this.active}`)
    else this.input.removeAttribute("aria-activedescendant")
  }

  #open(open) {
    this.list.hidden = !open
    this.input.setAttribute("aria-expanded", String(open))
  }

  #close() {
    this.found = []
    this.active = -1
    this.#open(false)
    this.#mark()
  }
}
