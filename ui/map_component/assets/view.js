/* Where the eye is: world units to pixels, zoom about a point, pan within reason. */

const CLOSEST = 40 // times the whole-country view

export class View {
  constructor() {
    this.k = 1; this.x = 0; this.y = 0; this.fitted = 1
    this.width = 0; this.height = 0
  }

  /** The whole country in the stage, with `margin` pixels free around it. */
  fit(geometry, width, height, margin) {
    Object.assign(this, { width, height, geometry })
    const [left, top, right, bottom] = margin
    if (!geometry.count) return
    this.k = this.fitted = Math.max(1e-6, Math.min((width - left - right) / geometry.width, (height - top - bottom) / geometry.height))
    this.x = left + (width - left - right - geometry.width * this.k) / 2
    this.y = top + (height - top - bottom - geometry.height * this.k) / 2
  }

  get isWhole() { return this.k <= this.fitted * 1.001 }

  toScreen(x, y) { return [x * this.k + this.x, y * this.k + this.y] }

  toWorld(px, py) { return [(px - this.x) / this.k, (py - this.y) / this.k] }

  zoomed(factor, px, py) {
    const k = Math.min(this.fitted * CLOSEST, Math.max(this.fitted * 0.8, this.k * factor))
    return { k, x: px - ((px - this.x) / this.k) * k, y: py - ((py - this.y) / this.k) * k }
  }

  pan(dx, dy) { this.move({ k: this.k, x: this.x + dx, y: this.y + dy }) }

  /** Take a place, but keep a piece of the country on the stage. */
  move({ k, x, y }) {
    const keep = 60
    this.k = k
    this.x = Math.min(this.width - keep, Math.max(keep - this.geometry.width * k, x))
    this.y = Math.min(this.height - keep, Math.max(keep - this.geometry.height * k, y))
  }

  /** Where this view is, in a way that a view of another size can take: zoom over the whole country, middle in world units. */
  get placed() { return [this.k / this.fitted, ...this.toWorld(this.width / 2, this.height / 2)] }

  /** Take the place of another view. */
  place(share, x, y) {
    const k = share * this.fitted
    this.move({ k, x: this.width / 2 - x * k, y: this.height / 2 - y * k })
  }

  /** Bring a box of the world into sight when any of it is outside. */
  reveal([minX, minY, maxX, maxY]) {
    const [left, top] = this.toScreen(minX, minY)
    const [right, bottom] = this.toScreen(maxX, maxY)
    if (left >= 0 && top >= 0 && right <= this.width && bottom <= this.height) return
    this.move({ k: this.k, x: this.x + this.width / 2 - (left + right) / 2, y: this.y + this.height / 2 - (top + bottom) / 2 })
  }
}
