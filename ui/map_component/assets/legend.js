/* The key to the picture: each class with its colour, its shape and how many areas it has; then, each with its own pattern, why an
 * area has no class: a known none, protected, no data. */
import { circle, circleRadius } from "./overlays.js"
import { drawSymbol, patternOf } from "./paint.js"

export function fillLegend(box, scene) {
  const { scale, overlays } = scene
  box.replaceChildren()
  const title = element("p", "legend-title", scale.title)
  if (scale.unit) title.append(" · ", element("span", "legend-unit", scale.unit))
  box.append(title)
  if (scale.axes) box.append(twoWayKey(scene), missingEntries(scene))
  else box.append(classEntries(scene))
  if (overlays.circles?.key.length) box.append(circleKey(scene))
  if (overlays.arcs.length && overlays.arcsTitle) box.append(element("p", "legend-note", `→ ${overlays.arcsTitle}`))
  box.append(element("p", "legend-note", scene.words.counts))
}

function classEntries(scene) {
  const list = element("ul", "legend-classes")
  for (const part of scene.scale.classes) list.append(entry(swatch(part), part.label, part.count, scene))
  addAbsent(list, scene)
  return list
}

function missingEntries(scene) {
  const list = element("ul", "legend-classes")
  addAbsent(list, scene)
  return list
}

function addAbsent(list, scene) {
  for (const absence of scene.scale.absent) {
    if (absence.count) list.append(entry(patternSwatch(absence, scene), absence.label, absence.count, scene))
  }
}

function entry(mark, label, count, { language }) {
  const item = element("li", "legend-class")
  item.append(mark, element("span", "legend-label", label), element("span", "legend-count", `(${count.toLocaleString(language)})`))
  return item
}

function swatch(part) {
  const box = element("span", "swatch")
  box.style.background = part.colour
  if (part.symbol) box.append(symbolCanvas(part))
  return box
}

function patternSwatch({ pattern }, { ink }) {
  const box = element("span", "swatch absent")
  const canvas = element("canvas")
  canvas.width = 48
  canvas.height = 36
  canvas.setAttribute("aria-hidden", "true")
  const ctx = canvas.getContext("2d")
  ctx.fillStyle = patternOf(pattern, ctx, ink, 2, 1)
  ctx.fillRect(0, 0, 48, 36)
  box.append(canvas)
  return box
}

function symbolCanvas(part) {
  const canvas = element("canvas")
  canvas.width = canvas.height = 32
  canvas.setAttribute("aria-hidden", "true")
  const ctx = canvas.getContext("2d")
  ctx.scale(2, 2)
  ctx.fillStyle = ctx.strokeStyle = part.ink
  drawSymbol(ctx, part.symbol, 8, part.symbol === "▲" ? 9 : 8, 5)
  return canvas
}

/** The 3 x 3 key: rows from much to little of the second figure, columns from little to much of the first. */
function twoWayKey(scene) {
  const [x, y] = scene.scale.axes
  const table = element("table", "two-way")
  for (const row of [2, 1, 0]) {
    const line = element("tr")
    if (row === 2) {
      const side = element("th", "axis axis-y")
      side.rowSpan = 3
      side.scope = "rowgroup"
      side.append(element("span", "", withUnit(y)))
      line.append(side)
    }
    line.append(scoped(level(y, row), "row"))
    for (const column of [0, 1, 2]) {
      const part = scene.scale.classes[3 * row + column]
      const cell = element("td", "", String(part.count))
      cell.style.background = part.colour
      cell.style.color = part.ink
      cell.title = part.label
      if (part.symbol) cell.prepend(`${part.symbol} `)
      line.append(cell)
    }
    table.append(line)
  }
  const levels = element("tr")
  levels.append(element("td", "blank"), element("td", "blank"))
  for (const column of [0, 1, 2]) levels.append(scoped(level(x, column), "col"))
  const axis = element("tr")
  const name = element("th", "axis", withUnit(x))
  name.colSpan = 3
  name.scope = "colgroup"
  axis.append(element("td", "blank"), element("td", "blank"), name)
  table.append(levels, axis)
  return table
}

function circleKey(scene) {
  const { circles } = scene.overlays
  const holder = element("div", "circle-key")
  holder.append(element("p", "legend-title", circles.title))
  const list = element("ul", "legend-classes")
  for (const { value, label } of circles.key) {
    const radius = circleRadius(value, circles)
    const canvas = element("canvas")
    const side = Math.ceil(radius * 2 + 4)
    canvas.width = canvas.height = side * 2
    canvas.style.width = canvas.style.height = `${side}px`
    canvas.setAttribute("aria-hidden", "true")
    const ctx = canvas.getContext("2d")
    ctx.scale(2, 2)
    circle(ctx, scene.ink, side / 2, side / 2, radius)
    const item = element("li", "legend-class")
    item.append(canvas, element("span", "legend-label", label))
    list.append(item)
  }
  holder.append(list)
  return holder
}

/** A class of an axis: its word and, smaller, its limits. */
function level(axis, number) {
  const cell = element("th", "level", axis.labels[number])
  if (axis.limits[number]) cell.append(" ", element("span", "limits", axis.limits[number]))
  return cell
}

function withUnit({ title, unit }) { return unit ? `${title} (${unit}) →` : `${title} →` }

function scoped(cell, scope) {
  cell.scope = scope
  return cell
}

export function element(name, className = "", text = "") {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}
