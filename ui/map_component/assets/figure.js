/* One map on the page: its parts, what it shows, and when it repaints. */
import { paintFurniture } from "./furniture.js"
import { loadGeometry } from "./geometry.js"
import { readInk } from "./ink.js"
import { AreaList } from "./keyboard.js"
import { element, fillLegend } from "./legend.js"
import { paintArcs, paintCircles } from "./overlays.js"
import { outline, paintAreas, paintWords } from "./paint.js"
import { savePicture } from "./picture.js"
import { listen } from "./pointer.js"
import { Tools } from "./tools.js"
import { View } from "./view.js"

const MARGIN = [14, 14, 52, 26] // the scale bar stands below the country, the buttons beside it
const MARGIN_NARROW = [10, 50, 10, 30] // the buttons stand above it
const MARGIN_WITH_ARCS = [84, 34, 96, 46] // names of host countries stand at the edge
const HINT_MS = 1800

export class MapFigure {
  constructor(root) {
    this.root = root
    this.view = new View()
    this.pointed = -1
    this.painted = 0
    this.arcBoxes = []
    this.hit = document.createElement("canvas").getContext("2d")
    this.#build()
    this.size = new ResizeObserver(() => this.#resized())
    this.size.observe(this.stage)
  }

  update(data) {
    this.data = data
    this.root.dataset.state = this.scene ? "ready" : "loading"
    loadGeometry(data.geometry)
      .then((geometry) => { if (this.data === data) this.#show(geometry) })
      .catch((error) => this.#fail(error))
  }

  remove() {
    this.size.disconnect()
    cancelAnimationFrame(this.frame)
    clearTimeout(this.hintTimer)
  }

  get hasFocus() { return this.root.getRootNode().activeElement === this.list.box }

  hover(at, event) {
    if (!this.scene) return
    const arc = at && this.arcBoxes.find(({ box }) => at[0] >= box[0] && at[0] <= box[2] && at[1] >= box[1] && at[1] <= box[3])?.arc
    const area = at && !arc ? this.#areaAt(at) : -1
    if (area !== this.pointed) {
      this.pointed = area
      this.#paintTop()
    }
    if (arc) this.#tip([arc.label, arc.text], at)
    else if (area >= 0) this.#tip(this.#lines(area), at)
    else this.tip.hidden = true
    if (event) this.list.box.style.cursor = area >= 0 ? "pointer" : "grab"
  }

  click(at) {
    if (!this.scene) return
    const area = this.#areaAt(at)
    if (area >= 0) this.pick(area === this.scene.selected ? -1 : area)
  }

  pick(area) {
    if (area === this.scene.selected) return
    this.scene.selected = area
    this.#paintTop()
    this.live.textContent = area >= 0 ? `${this.scene.words.selected}: ${this.scene.names[area]}` : this.scene.words.cleared
    this.onPick(area >= 0 ? this.scene.geometry.codes[area] : "")
  }

  pan(dx, dy) {
    this.view.pan(dx, dy)
    this.tip.hidden = true
    this.#paintSoon()
  }

  zoom(factor, at = [this.view.width / 2, this.view.height / 2], smooth = true) {
    if (!this.scene) return
    this.#glide(this.view.zoomed(factor, ...at), smooth)
  }

  reset() {
    if (!this.scene) return
    const whole = new View()
    whole.fit(this.scene.geometry, this.view.width, this.view.height, this.#margin())
    this.#glide(whole, true)
  }

  hint() {
    this.hintBox.textContent = this.scene?.words.wheel_hint ?? ""
    this.hintBox.hidden = false
    clearTimeout(this.hintTimer)
    this.hintTimer = setTimeout(() => { this.hintBox.hidden = true }, HINT_MS)
  }

  #build() {
    const figure = element("figure", "figure")
    this.stage = element("div", "stage")
    this.base = element("canvas", "base")
    this.top = element("canvas", "top")
    for (const canvas of [this.base, this.top]) canvas.setAttribute("aria-hidden", "true")
    this.stage.append(this.base, this.top)
    this.list = new AreaList(this.stage, {
      onActive: (area) => this.#activate(area),
      onPick: (area) => this.pick(area),
      onZoom: (factor) => this.zoom(factor),
      onReset: () => this.reset(),
    })
    listen(this.list.box, this)
    this.tip = element("div", "tip")
    this.hintBox = element("div", "hint")
    this.tip.hidden = this.hintBox.hidden = true
    this.message = element("p", "message")
    this.tools = new Tools({
      zoom_in: () => this.zoom(1.6), zoom_out: () => this.zoom(1 / 1.6), reset: () => this.reset(), download: () => this.#save(),
    })
    this.stage.append(this.tools.box, this.tip, this.hintBox, this.message)
    this.legend = element("div", "legend")
    this.caption = element("figcaption", "unseen")
    this.live = element("div", "unseen")
    for (const box of [this.caption, this.live]) box.setAttribute("aria-live", "polite")
    figure.append(this.stage, this.legend, this.caption, this.live)
    this.root.replaceChildren(figure)
  }

  #show(geometry) {
    const { data } = this
    const changed = this.scene?.geometry !== geometry
    const arcsChanged = Boolean(this.scene?.overlays.arcs.length) !== Boolean(data.overlays.arcs.length)
    const place = new Map(data.codes.map((code, row) => [code, row]))
    const rows = geometry.codes.map((code) => place.get(code))
    const noData = data.scale.noData
    this.scene = {
      geometry,
      numbers: rows.map((row) => (row === undefined ? noData : data.numbers[row])),
      names: rows.map((row, area) => (row === undefined ? geometry.codes[area] : data.names[row])),
      texts: rows.map((row) => (row === undefined ? data.words.no_data : data.texts[row])),
      parents: data.overlays.parents && rows.map((row) => (row === undefined ? "" : data.overlays.parents[row])),
      selected: geometry.index.get(data.selected) ?? -1,
      scale: data.scale, overlays: data.overlays, words: data.words, alt: data.alt, ink: readInk(this.root),
    }
    this.pointed = -1
    this.message.hidden = this.tip.hidden = true
    this.#label()
    fillLegend(this.legend, this.scene)
    this.list.update(this.scene, (area) => this.#lines(area))
    this.stage.style.height = this.#height()
    if (changed || arcsChanged || !this.view.width) this.#resized(true)
    else this.#paint()
    this.root.dataset.state = "ready"
  }

  #label() {
    const { words, alt } = this.scene
    this.tools.label(words)
    if (this.caption.textContent !== alt) this.caption.textContent = alt
  }

  /** A phone held upright has no room for a tall map above its key. */
  #height() { return `min(${this.data.height}px, max(280px, 105cqw))` }

  #fail(error) {
    this.root.dataset.state = "failed"
    this.message.textContent = this.data.words.failed
    this.message.hidden = false
    console.warn("map:", error.message)
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
    this.#paint()
  }

  #paintSoon() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.#paint())
  }

  #paint() {
    const ctx = this.base.getContext("2d")
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.base.width, this.base.height)
    this.arcBoxes = this.#paintMap(ctx, this.ratio)
    this.#paintTop()
    // one finger scrolls the page while the whole country shows, and moves the map once it does not
    this.list.box.style.touchAction = this.view.isWhole ? "pan-y" : "none"
    this.painted += 1
    this.root.dataset.painted = this.painted
  }

  #paintMap(ctx, ratio) {
    paintAreas(ctx, this.scene, this.view, ratio)
    paintCircles(ctx, this.scene, this.view)
    paintWords(ctx, this.scene, this.view)
    const boxes = paintArcs(ctx, this.scene, this.view, this.hit)
    paintFurniture(ctx, this.scene, this.view, { left: 10, top: 8, bottom: this.view.height - 10 })
    return boxes
  }

  /** Selection, pointer and keyboard live on their own canvas: moving the mouse repaints three outlines, not five thousand areas. */
  #paintTop() {
    const ctx = this.top.getContext("2d")
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.clearRect(0, 0, this.top.width, this.top.height)
    this.#paintMarks(ctx, this.ratio)
  }

  #paintMarks(ctx, ratio) {
    const { scene, view } = this
    if (this.pointed >= 0) outline(ctx, scene, this.pointed, view, ratio, { width: 1.6, colour: scene.ink.text })
    if (scene.selected >= 0) outline(ctx, scene, scene.selected, view, ratio, { width: 3, colour: scene.ink.text })
    if (this.list.active >= 0) outline(ctx, scene, this.list.active, view, ratio, { width: 3.5, colour: scene.ink.accent, dashed: true })
  }

  #save() {
    if (!this.scene) return
    savePicture(this.scene, this.view, (ctx, ratio) => {
      this.#paintMap(ctx, ratio)
      if (this.scene.selected >= 0) {
        outline(ctx, this.scene, this.scene.selected, this.view, ratio, { width: 3, colour: this.scene.ink.text })
      }
    }, this.data.file)
  }

  #activate(area) {
    if (!this.scene) return
    if (area < 0) {
      this.tip.hidden = true
      this.#paintTop()
      return
    }
    const { bounds, anchors } = this.scene.geometry
    const before = [this.view.x, this.view.y]
    this.view.reveal(bounds.slice(4 * area, 4 * area + 4))
    if (before[0] !== this.view.x || before[1] !== this.view.y) this.#paint()
    else this.#paintTop()
    this.#tip(this.#lines(area), this.view.toScreen(anchors[3 * area], anchors[3 * area + 1]))
  }

  #lines(area) {
    const { scene } = this
    const number = scene.numbers[area]
    const circle = scene.overlays.circles?.texts[scene.geometry.codes[area]]
    const lines = [scene.names[area], ...scene.texts[area].split("\n").filter(Boolean)]
    if (circle) lines.push(`${scene.overlays.circles.title}: ${circle}`)
    if (number < 0 && lines.length === 1) lines.push(scene.words.no_data)
    return lines
  }

  #tip(lines, [x, y]) {
    this.tip.replaceChildren(...lines.map((line, number) => element(number ? "span" : "strong", "", line)))
    this.tip.hidden = false
    const { offsetWidth: width, offsetHeight: height } = this.tip
    const left = Math.min(Math.max(4, x - width / 2), this.view.width - width - 4)
    const top = y - height - 14 < 4 ? Math.min(y + 18, this.view.height - height - 4) : y - height - 14
    this.tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }

  #areaAt([x, y]) { return this.scene.geometry.at(this.hit, ...this.view.toWorld(x, y)) }

  #glide(to, smooth) {
    this.tip.hidden = true
    cancelAnimationFrame(this.frame)
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches
    if (!smooth || still || this.scene.geometry.count > 1500) {
      this.view.move(to)
      this.#paintSoon()
      return
    }
    const from = { k: this.view.k, x: this.view.x, y: this.view.y }
    const began = performance.now()
    const step = (now) => {
      const share = Math.min(1, Math.max(0, now - began) / 180)
      const eased = 1 - (1 - share) ** 3
      const between = (name) => from[name] + (to[name] - from[name]) * eased
      this.view.move({ k: between("k"), x: between("x"), y: between("y") })
      this.#paint()
      if (share < 1) this.frame = requestAnimationFrame(step)
    }
    this.frame = requestAnimationFrame(step)
  }
}
