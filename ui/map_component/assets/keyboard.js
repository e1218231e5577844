/* The map for hands on a keyboard and for ears: a list of areas in alphabetical order, of which one option is in the page at a
 * time. It says where it stands by aria-posinset, so five thousand areas cost no more than five. */
import { element } from "./legend.js"
import { plain } from "./matching.js"

export class AreaList {
  constructor(stage, { onActive, onPick, onZoom, onReset }) {
    this.box = element("div", "list")
    this.box.tabIndex = 0
    this.box.setAttribute("role", "listbox")
    this.box.setAttribute("aria-multiselectable", "true")
    this.option = element("div", "unseen")
    this.option.id = "active-area"
    this.option.setAttribute("role", "option")
    this.box.append(this.option)
    stage.append(this.box)
    this.order = []
    this.active = -1
    this.typed = ""
    Object.assign(this, { onActive, onPick, onZoom, onReset })
    this.box.onkeydown = (event) => this.#key(event)
    this.box.onfocus = () => this.#focused()
    this.box.onblur = () => this.#go(-1)
  }

  update(scene, describe) {
    this.scene = scene
    this.describe = describe
    this.box.setAttribute("aria-label", scene.words.list)
    if (!this.names || this.names.length !== scene.names.length || this.names.some((name, area) => name !== scene.names[area])) {
      this.names = scene.names
      const { compare } = new Intl.Collator(scene.language)
      this.order = scene.names.map((_, area) => area).sort((a, b) => compare(scene.names[a], scene.names[b]))
      if (this.active >= this.names.length) this.active = -1
    }
    this.say()
  }

  #focused() {
    // a click with the pointer focuses the list too, and must not jump to its first area
    if (!this.box.matches(":focus-visible")) return
    this.#go(this.scene?.selected[0] ?? this.order[0])
  }

  #key(event) {
    const adding = event.ctrlKey || event.metaKey || event.shiftKey
    const takes = event.key === "Enter" || event.key === " "
    if (event.altKey || ((event.ctrlKey || event.metaKey) && !takes)) return
    const place = this.order.indexOf(this.active)
    const last = this.order.length - 1
    const moves = {
      ArrowDown: Math.min(last, place + 1), ArrowRight: Math.min(last, place + 1), ArrowUp: Math.max(0, place - 1),
      ArrowLeft: Math.max(0, place - 1), Home: 0, End: last, PageDown: Math.min(last, place + 10), PageUp: Math.max(0, place - 10),
    }
    const does = {
      Enter: () => this.active >= 0 && this.onPick(this.active, adding), " ": () => this.active >= 0 && this.onPick(this.active, adding),
      Escape: () => this.onPick(-1, false), "+": () => this.onZoom(1.6), "-": () => this.onZoom(1 / 1.6), 0: () => this.onReset(),
    }
    if (event.key in moves) this.#go(this.order[moves[event.key]])
    else if (event.key in does) does[event.key]()
    else if (event.key.length === 1) this.#type(event.key)
    else return
    event.preventDefault()
  }

  /** Typing "kas" goes to the first area that starts so. */
  #type(letter) {
    const now = performance.now()
    this.typed = (now - (this.typedAt ?? -Infinity) < 900 ? this.typed : "") + plain(letter)
    this.typedAt = now
    const found = this.order.find((area) => plain(this.names[area]).startsWith(this.typed))
    if (found !== undefined) this.#go(found)
  }

  #go(area) {
    this.active = area ?? -1
    this.say()
    this.onActive(this.active)
  }

  /** Says the area the keyboard stands on. */
  say() {
    if (this.active < 0) {
      this.box.removeAttribute("aria-activedescendant")
      this.option.textContent = this.scene?.words.list_help ?? ""
      this.option.setAttribute("aria-selected", "false")
      return
    }
    this.box.setAttribute("aria-activedescendant", this.option.id)
    this.option.setAttribute("aria-posinset", this.order.indexOf(this.active) + 1)
    this.option.setAttribute("aria-setsize", this.order.length)
    this.option.setAttribute("aria-selected", String(this.scene.selected.includes(this.active)))
    this.option.textContent = this.describe(this.active).join(". ")
  }
}
