/* Two quiet buttons: the formats of a figure, and what it rests on. The server makes a file when it is asked for; a picture is
 * drawn here from what it sends. */
import { chartBody } from "./chart.js"
import { frame, raster } from "./frame.js"
import { reliefBody } from "./relief.js"

const DRAWINGS = {
  save: "M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10",
  facts: "M8 7.2v4M8 4.8v.1M8 1.8a6.2 6.2 0 1 0 0 12.4 6.2 6.2 0 0 0 0-12.4z",
}
const HOVER_MS = 250
const NARROW = 560 // points of width under which a figure is drawn as for a phone
const TYPES = {
  csv: "text/csv;charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  svg: "image/svg+xml",
}
const served = new Set() // files already given: a change of theme shows the same data again

export class Foot {
  constructor(root, shadow) {
    this.root = root
    this.shadow = shadow
    this.save = opener("save")
    this.facts = opener("facts")
    this.menu = panel(this.save)
    this.menu.setAttribute("role", "group")
    this.told = panel(this.facts)
    this.told.setAttribute("role", "note")
    this.told.tabIndex = 0
    this.live = document.createElement("span")
    this.live.className = "said"
    this.live.setAttribute("role", "status")
    root.replaceChildren(this.save, this.menu, this.facts, this.told, this.live)
    this.told.addEventListener("beforetoggle", (event) => (event.newState === "open" ? this.#tell() : this.told.replaceChildren()))
    this.#showOnHover()
  }

  update(data) {
    const words = JSON.stringify([data.words, data.formats, data.facts])
    if (words !== this.words) {
      this.words = words
      this.#write(data)
    }
    this.target = data.target
    this.#measure(data.narrow)
    if (data.file && !served.has(data.file.id)) {
      served.add(data.file.id)
      this.#serve(data.file, data.words)
    }
  }

  #write({ words, formats, facts }) {
    label(this.save, words.download, words.download_of)
    label(this.facts, words.facts, words.facts_of)
    this.menu.setAttribute("aria-label", words.download)
    this.menu.replaceChildren(...formats.map((format) => {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "format"
      button.dataset.format = format
      button.textContent = words[format]
      button.onclick = () => {
        this.menu.hidePopover()
        this.save.focus()
        this.live.textContent = words.busy
        this.ask(format)
      }
      return button
    }))
    this.facts.hidden = !facts.length
    this.factsTold = facts
    if (this.told.matches(":popover-open")) this.#tell()
  }

  /** Written when somebody asks: unseen words twice on a page confuse who searches it. */
  #tell() {
    const list = document.createElement("dl")
    list.className = "facts"
    for (const [name, text] of this.factsTold) {
      const entry = document.createElement("div")
      const term = document.createElement("dt")
      const said = document.createElement("dd")
      term.textContent = name
      said.textContent = text
      entry.append(term, said)
      list.append(entry)
    }
    this.told.replaceChildren(list)
  }

  /** Figures with a second shape for phones hear which of the two there is room for. */
  #measure(narrow) {
    this.narrow = narrow
    if (narrow === undefined || this.sizes) return
    this.sizes = new ResizeObserver(() => {
      const width = this.root.clientWidth
      if (width && this.narrow !== width < NARROW) {
        this.narrow = width < NARROW
        this.tellWidth(this.narrow ? "narrow" : "wide")
      }
    })
    this.sizes.observe(this.root)
  }

  remove() {
    this.sizes?.disconnect()
  }

  async #serve(file, words) {
    this.root.dataset.state = "busy"
    try {
      give(await this.#made(file), file.name)
      this.live.textContent = ""
      this.root.dataset.state = "done"
    } catch (error) {
      console.warn("export:", error.message)
      this.live.textContent = words.failed
      this.root.dataset.state = "failed"
    }
  }

  async #made(file) {
    if (file.bytes !== undefined) return new Blob([Uint8Array.from(atob(file.bytes), (letter) => letter.charCodeAt(0))], { type: TYPES[file.format] })
    const body = await this.#body(file)
    const picture = frame(file.frame, body)
    return file.format === "svg" ? new Blob([picture.svg], { type: TYPES.svg }) : raster(picture)
  }

  #body(file) {
    if (file.figure) return chartBody(JSON.parse(file.figure), file.size)
    if (file.relief) return reliefBody(this.shadow.host.closest("[data-testid=stVerticalBlock]"), file.size)
    return this.#map().ancragePicture(file.size)
  }

  /** The map this line belongs to: it stands in a shadow of its own beside ours. */
  #map() {
    for (const host of document.querySelectorAll(`.${CSS.escape(this.target)} *`)) {
      const map = host.shadowRoot?.querySelector(".ancrage-map")
      if (map) return map
    }
    throw new Error(`no map in ${this.target}`)
  }

  #showOnHover() {
    let timer
    this.facts.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") timer = setTimeout(() => { if (!this.told.matches(":popover-open")) this.told.showPopover() }, HOVER_MS)
    })
    this.facts.addEventListener("pointerleave", () => clearTimeout(timer))
  }
}

function opener(drawing) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "opener"
  button.dataset.opens = drawing
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  drawn.setAttribute("viewBox", "0 0 16 16")
  drawn.setAttribute("aria-hidden", "true")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", DRAWINGS[drawing])
  drawn.append(path)
  button.append(drawn, document.createElement("span"))
  return button
}

function label(button, text, whole) {
  button.lastChild.textContent = text
  button.setAttribute("aria-label", whole)
}

/** A box over the page that opens beside its button and closes by itself (Escape, a click elsewhere). */
function panel(button) {
  const box = document.createElement("div")
  box.className = "panel"
  box.popover = "auto"
  button.popoverTargetElement = box
  button.setAttribute("aria-expanded", "false")
  box.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"))
    if (event.newState === "open") place(box, button.getBoundingClientRect())
  })
  return box
}

function place(box, at) {
  const { offsetWidth: width, offsetHeight: height } = box
  const below = at.bottom + 4 + height <= window.innerHeight || at.top < height
  box.style.top = `${Math.max(4, below ? Math.min(at.bottom + 4, window.innerHeight - height - 4) : at.top - height - 4)}px`
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`
}

function give(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
