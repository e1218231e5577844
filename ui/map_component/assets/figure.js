/* One map on the page: its parts, what it shows, and when it repaints. */
import { Bar } from "./bar.js"
import { mapPicture } from "./export.js"
import { loadGeometry } from "./geometry.js"
import { glide } from "./glide.js"
import { readInk } from "./ink.js"
import { AreaList } from "./keyboard.js"
import { paintMap, paintMarks } from "./layers.js"
import { element, fillLegend } from "./legend.js"
import { join, leave, others } from "./linked.js"
import { listen } from "./pointer.js"
import { sceneOf } from "./scene.js"
import { chosen, Pending } from "./selection.js"
import { linesOf, Tip } from "./tip.js"
import { Tools } from "./tools.js"
import { View } from "./view.js"

const MARGIN = [14, 14, 52, 26] // the scale bar stands below the country, the buttons beside it
const MARGIN_NARROW = [10, 50, 10, 30] // the buttons stand above it
const MARGIN_WITH_ARCS = [84, 34, 96, 46] // names of host countries stand at the edge
const HINT_MS = 1800
const PLACE_SHARE = 0.3 // of the stage's width for a small place that was looked for

export class MapFigure {
  constructor(root) {
    this.root = root
    this.view = new View()
    this.pointed = -1
    this.several = false // whether a plain click adds to the selection, for fingers
    this.pending = new Pending()
    this.painted = 0
    this.arcBoxes = []
    this.hit = document.createElement("canvas").getContext("2d")
    this.#build()
    // the line under the map asks for it when somebody wants a picture (ui/export_component)
    root.ancragePicture = (size) => mapPicture(this.scene, this.view, size)
    this.size = new ResizeObserver(() => this.#resized())
    this.size.observe(this.stage)
  }

  update(data) {
    this.data = data
    this.root.dataset.state = this.scene ? "ready" : "loading"
    join(data.link, this)
    loadGeometry(data.geometry)
      .then((geometry) => { if (this.data === data) this.#show(geometry) })
      .catch((error) => this.#fail(error))
  }

  remove() {
    leave(this)
    this.size.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.hintTimer)
  }

  get hasFocus() { return this.root.getRootNode().activeElement === this.list.box }

  hover(at, event) {
    if (!this.scene) return
    const arc = at && this.arcBoxes.find(({ box }) => at[0] >= box[0] && at[0] <= box[2] && at[1] >= box[1] && at[1] <= box[3])?.arc
    const area = at && !arc ? this.#areaAt(at) : -1
    this.#point(area)
    if (arc) this.tip.show([arc.label, arc.text], at, this.view)
    else if (area >= 0) this.tip.show(linesOf(this.scene, area), at, this.view)
    else this.tip.hide()
    if (event) this.list.box.style.cursor = area >= 0 ? "pointer" : "grab"
  }

  click(at, adding = false) {
    if (!this.scene) return
    const area = this.#areaAt(at)
    if (area >= 0) this.pick(area, adding)
  }

  pick(area, adding = false) {
    if (!this.scene || (area < 0 && !this.scene.selected.length)) return
    this.#select(chosen(this.scene.selected, area, adding || this.several))
    for (const other of this.#companions()) other.mirror(this.scene.selected)
    const codes = this.scene.selected.map((one) => this.scene.geometry.codes[one])
    this.pending.set(codes)
    this.onPick({ areas: codes })
  }

  pan(dx, dy) {
    this.view.pan(dx, dy)
    this.tip.hide()
    this.paintSoon()
  }

  zoom(factor, at = [this.view.width / 2, this.view.height / 2], smooth = true) {
    if (this.scene) this.#glide(this.view.zoomed(factor, ...at), smooth)
  }

  reset() {
    if (!this.scene) return
    const whole = new View()
    whole.fit(this.scene.geometry, this.view.width, this.view.height, this.#margin())
    this.#glide(whole, true)
  }

  /** A map of the same group shows another part of the country: so does this one. */
  follow({ isWhole, placed }) {
    // of another size, the same middle would not be the middle of the country
    if (isWhole) this.view.fit(this.scene.geometry, this.view.width, this.view.height, this.#margin())
    else this.view.place(...placed)
    this.paintSoon(false)
  }

  /** What is chosen on a map of the same group. */
  mirror(areas) {
    this.pending.set(areas.map((one) => this.scene.geometry.codes[one]))
    this.#select(areas)
  }

  /** What is pointed at on a map of the same group. */
  pointAt(area) {
    if (area === this.pointed) return
    this.pointed = area
    this.#paintTop()
    if (area < 0) this.tip.hide()
    else this.tip.show(linesOf(this.scene, area), this.#middle(area), this.view)
  }

  hint() {
    this.hintBox.textContent = this.scene?.words.wheel_hint ?? ""
    this.hintBox.hidden = false
    clearTimeout(this.hintTimer)
    this.hintTimer = setTimeout(() => { this.hintBox.hidden = true }, HINT_MS)
  }

  paintSoon(tell = true) {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.paint(tell))
  }

  /** Paints everything; `tell` lets the maps of the group follow. */
  paint(tell = true) {
    const ctx = this.base.getContext("2d")
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.base.width, this.base.height)
    this.arcBoxes = paintMap(ctx, this)
    this.#paintTop()
    // one finger scrolls the page while the whole country shows, and moves the map once it does not
    this.list.box.style.touchAction = this.view.isWhole ? "pan-y" : "none"
    this.painted += 1
    this.root.dataset.painted = this.painted
    this.root.dataset.zoom = (this.view.k / this.view.fitted).toFixed(2)
    if (tell) for (const other of this.#companions()) other.follow(this.view)
  }

  #build() {
    const figure = element("figure", "figure")
    const main = element("div", "main")
    this.stage = element("div", "stage")
    this.base = element("canvas", "base")
    this.top = element("canvas", "top")
    for (const canvas of [this.base, this.top]) canvas.setAttribute("aria-hidden", "true")
    this.stage.append(this.base, this.top)
    this.list = new AreaList(this.stage, {
      onActive: (area) => this.#activate(area),
      onPick: (area, adding) => this.pick(area, adding),
      onZoom: (factor) => this.zoom(factor),
      onReset: () => this.reset(),
    })
    listen(this.list.box, this)
    this.tip = new Tip()
    this.hintBox = element("div", "hint")
    this.hintBox.hidden = true
    this.message = element("p", "message")
    this.tools = new Tools({
      zoom_in: () => this.zoom(1.6), zoom_out: () => this.zoom(1 / 1.6), reset: () => this.reset(),
      several: () => this.tools.press("several", (this.several = !this.several)),
    })
    this.bar = new Bar({
      onFound: (place) => this.#found(place), onLevel: (level) => this.onPick({ level }), onClear: () => { this.pick(-1); this.list.box.focus() },
    })
    this.stage.append(this.tools.box, this.tip.box, this.hintBox, this.message)
    this.legend = element("div", "legend")
    this.caption = element("figcaption", "unseen")
    this.live = element("div", "unseen")
    for (const box of [this.caption, this.live]) box.setAttribute("aria-live", "polite")
    main.append(this.bar.box, this.stage)
    figure.append(main, this.legend, this.caption, this.live)
    this.root.replaceChildren(figure)
  }

  #show(geometry) {
    const { data } = this
    const changed = this.scene?.geometry !== geometry
    const arcsChanged = Boolean(this.scene?.overlays.arcs.length) !== Boolean(data.overlays.arcs.length)
    if (changed) this.pending.codes = null
    this.scene = sceneOf(data, geometry, this.pending.settle(data.selected), readInk(this.root))
    this.pointed = -1
    this.message.textContent = geometry.count ? "" : data.words.no_outline
    this.message.hidden = geometry.count > 0
    this.tip.hide()
    this.tools.label(data.words)
    this.bar.update(data, this.scene)
    if (this.caption.textContent !== data.alt) this.caption.textContent = data.alt
    fillLegend(this.legend, this.scene)
    this.list.update(this.scene, (area) => linesOf(this.scene, area))
    this.stage.style.height = this.#height()
    if (changed || arcsChanged || !this.view.width) this.#resized(true)
    else this.paint(false)
    this.root.dataset.state = "ready"
    if (this.wanted && this.wanted.level === data.level) this.#reveal(geometry.index.get(this.wanted.code))
  }

  /** A phone held upright has no room for a tall map above its key. */
  #height() { return `min(${this.data.height}px, max(280px, 105cqw))` }

  #fail(error) {
    this.root.dataset.state = "failed"
    this.message.textContent = this.data.words.failed
    this.message.hidden = false
    console.warn("map:", error.message)
  }

  #select(areas) {
    this.scene.selected = areas
    this.#paintTop()
    this.bar.say(this.scene)
    this.list.say()
    const { words, names } = this.scene
    this.live.textContent = areas.length ? `${words.selected}: ${areas.map((one) => names[one]).join(", ")}` : words.cleared
  }

  /** A place that was looked for: of this level it is chosen and brought into sight, of another the map goes to that level. */
  #found(place) {
    const area = this.scene?.geometry.index.get(place.code)
    this.wanted = null
    if (area !== undefined && place.level === this.data.level) {
      this.#select([])
      this.pick(area)
      this.#reveal(area)
      this.list.box.focus()
    } else {
      const switches = this.data.levels.some(({ level }) => level === place.level)
      if (switches) this.wanted = place
      this.onPick({ areas: [place.code], ...(switches ? { level: place.level } : {}) })
    }
  }

  #reveal(area) {
    this.wanted = null
    if (area === undefined) return
    const box = this.scene.geometry.bounds.slice(4 * area, 4 * area + 4)
    const grow = (this.view.width * PLACE_SHARE) / ((box[2] - box[0]) * this.view.k || 1)
    const middle = this.view.toScreen((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if (grow > 2) this.view.move(this.view.zoomed(grow / 2, ...middle))
    this.view.reveal(box)
    this.paint()
  }

  #margin() {
    if (this.view.width < 520) return MARGIN_NARROW
    return this.scene.overlays.arcs.length ? MARGIN_WITH_ARCS : MARGIN
  }

  #resized(refit = false) {
    const width = this.stage.clientWidth
    const height = this.stage.clientHeight
    if (!this.scene || !width || !height) return
    if (!refit && width === this.view.width && height === this.view.height) return
    const ratio = (this.ratio = Math.min(3, window.devicePixelRatio || 1))
    for (const canvas of [this.base, this.top]) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
    }
    this.view.width = width
    this.view.fit(this.scene.geometry, width, height, this.#margin())
    const closer = this.#companions().find(({ view }) => view.width && !view.isWhole)
    if (closer) this.view.place(...closer.view.placed)
    this.paint(false)
  }

  /** Selection, pointer and keyboard live on their own canvas: moving the mouse repaints a few outlines, not five thousand areas. */
  #paintTop() {
    const ctx = this.top.getContext("2d")
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.top.width, this.top.height)
    paintMarks(ctx, this)
  }

  #activate(area) {
    if (!this.scene) return
    if (area < 0) {
      this.tip.hide()
      this.#paintTop()
      return
    }
    const before = [this.view.x, this.view.y]
    this.view.reveal(this.scene.geometry.bounds.slice(4 * area, 4 * area + 4))
    if (before[0] !== this.view.x || before[1] !== this.view.y) this.paint()
    else this.#paintTop()
    this.tip.show(linesOf(this.scene, area), this.#middle(area), this.view)
    this.#tell(area)
  }

  #point(area) {
    if (area === this.pointed) return
    this.pointed = area
    this.#paintTop()
    this.#tell(area)
  }

  #tell(area) {
    for (const other of this.#companions()) other.pointAt(area)
  }

  /** The maps of the group that show the same outline. */
  #companions() { return others(this).filter((other) => other.scene.geometry === this.scene.geometry) }

  #middle(area) {
    return this.view.toScreen(...this.scene.geometry.anchor(area))
  }

  #areaAt([x, y]) { return this.scene.geometry.at(this.hit, ...this.view.toWorld(x, y)) }

  #glide(to, smooth) {
    this.tip.hide()
    glide(this, to, smooth)
  }
}
