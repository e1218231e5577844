/* A canvas that writes SVG: the functions that paint the screen paint the picture too. Only what those functions use is here. */

const number = (value) => String(Math.round(value * 100) / 100)
const escaped = (text) => String(text).replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, "").replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign])
const ANCHORS = { center: "middle", right: "end", end: "end" }
const DROP = { middle: 0.35, top: 0.8, hanging: 0.8 } // how far under the given point letters stand, in their size

export class VectorContext {
  /** `paths` gives the SVG path of a Path2D the geometry keeps; `hatch` is the colour of the lines where there is no data. */
  constructor(width, height, { paths, hatch }) {
    Object.assign(this, {
      width, height, paths, hatch, parts: [], defs: [], patterns: new Set(), d: [], matrix: null, dash: [], fillStyle: "#000", strokeStyle: "#000", lineWidth: 1,
      lineCap: "butt", lineJoin: "miter", textAlign: "start", textBaseline: "alphabetic", globalAlpha: 1,
    })
    this.ruler = document.createElement("canvas").getContext("2d")
  }

  get font() { return this.ruler.font }
  set font(font) { this.ruler.font = font }

  svg() {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}">`
      + `<defs><clipPath id="map-edge"><rect width="${this.width}" height="${this.height}"/></clipPath>${this.defs.join("")}</defs>`
      + `<g clip-path="url(#map-edge)">${this.parts.join("")}</g></svg>`
  }

  setTransform(a, b, c, d, e, f) { this.matrix = a === 1 && d === 1 && !b && !c && !e && !f ? null : [a, b, c, d, e, f].map((part) => String(Math.round(part * 1e4) / 1e4)) }
  setLineDash(dash) { this.dash = dash }
  measureText(text) { return this.ruler.measureText(text) }
  save() { (this.kept ??= []).push({ ...this, font: this.font }) }
  restore() {
    const { parts, defs, kept, ...state } = this.kept.pop()
    Object.assign(this, state)
  }

  beginPath() { this.d = [] }
  moveTo(x, y) { this.d.push(`M${number(x)} ${number(y)}`) }
  lineTo(x, y) { this.d.push(`${this.d.length ? "L" : "M"}${number(x)} ${number(y)}`) }
  closePath() { this.d.push("Z") }
  quadraticCurveTo(cx, cy, x, y) { this.d.push(`Q${number(cx)} ${number(cy)} ${number(x)} ${number(y)}`) }
  bezierCurveTo(ax, ay, bx, by, x, y) { this.d.push(`C${[ax, ay, bx, by, x, y].map(number).join(" ")}`) }
  rect(x, y, width, height) { this.d.push(`M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}Z`) }
  roundRect(x, y, width, height) { this.rect(x, y, width, height) }
  arc(x, y, radius, start, end) {
    if (Math.abs(end - start) >= 2 * Math.PI - 1e-6) {
      const r = number(radius)
      this.d.push(`M${number(x - radius)} ${number(y)}a${r} ${r} 0 1 0 ${number(2 * radius)} 0a${r} ${r} 0 1 0 ${number(-2 * radius)} 0Z`)
      return
    }
    const [x1, y1, x2, y2] = [x + radius * Math.cos(start), y + radius * Math.sin(start), x + radius * Math.cos(end), y + radius * Math.sin(end)]
    this.d.push(`${this.d.length ? "L" : "M"}${number(x1)} ${number(y1)}A${number(radius)} ${number(radius)} 0 ${end - start > Math.PI ? 1 : 0} 1 ${number(x2)} ${number(y2)}`)
  }

  fill(path, rule) { this.#path(typeof path === "object" ? path : null, `${this.#paint("fill", this.fillStyle)}${(rule ?? path) === "evenodd" ? ' fill-rule="evenodd"' : ""}`) }
  stroke(path) { this.#path(path, `fill="none"${this.#line()}`) }
  fillRect(x, y, width, height) { this.parts.push(`<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" ${this.#paint("fill", this.fillStyle)}${this.#place()}/>`) }
  strokeRect(x, y, width, height) { this.parts.push(`<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="none"${this.#line()}${this.#place()}/>`) }
  clearRect() {}
  fillText(text, x, y) { this.#text(text, x, y, this.#paint("fill", this.fillStyle)) }
  strokeText(text, x, y) { this.#text(text, x, y, `fill="none"${this.#line()}`) }

  /** Patterns of the map: the same lines, grid or dots, drawn as such. */
  createPattern(tile) { return { name: tile.dataset.pattern, side: tile.width, scale: 1, setTransform(matrix) { this.scale = matrix.a } } }

  #path(path, style) {
    const d = path ? this.paths.get(path) : this.d.join("")
    if (d) this.parts.push(`<path d="${d}" ${style}${this.#place()}/>`)
  }

  #text(text, x, y, style) {
    const [, weight, size] = /(?:(\d+|bold)\s+)?([\d.]+)px/.exec(this.font) ?? [null, "400", "12"]
    const down = y + (DROP[this.textBaseline] ?? 0) * Number(size)
    const anchor = ANCHORS[this.textAlign]
    this.parts.push(`<text x="${number(x)}" y="${number(down)}" font-size="${size}" font-weight="${weight ?? 400}"${anchor ? ` text-anchor="${anchor}"` : ""} ${style}${this.#place()}>${escaped(text)}</text>`)
  }

  #paint(name, style) {
    if (typeof style === "object") {
      const id = `${style.name}-${Math.round(style.scale * 1e4)}`
      if (!this.patterns.has(id)) {
        this.patterns.add(id)
        this.defs.push(`<pattern id="${id}" width="${style.side}" height="${style.side}" patternUnits="userSpaceOnUse" patternTransform="scale(${style.scale})">${drawn(style, this.hatch)}</pattern>`)
      }
      return `${name}="url(#${id})"`
    }
    return `${name}="${escaped(style)}"${this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : ""}`
  }

  #line() {
    return ` ${this.#paint("stroke", this.strokeStyle)} stroke-width="${Math.round(this.lineWidth * 1e4) / 1e4}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"${this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : ""}`
  }

  #place() { return this.matrix ? ` transform="matrix(${this.matrix.join(" ")})"` : "" }
}

function drawn({ name, side }, colour) {
  if (name === "dots") return `<circle cx="${side / 2}" cy="${side / 2}" r="1.1" fill="${colour}"/>`
  const lines = [-side, 0, side].flatMap((shift) => [
    `M${shift - 1} ${side + 1}L${shift + side + 1} -1`, ...(name === "grid" ? [`M${shift - 1} -1L${shift + side + 1} ${side + 1}`] : []),
  ])
  return `<path d="${lines.join("")}" stroke="${colour}" stroke-width="1.3" fill="none"/>`
}
