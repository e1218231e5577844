/* The map as a picture of a fixed size, in ink on white, with its key, its scale bar and north: what the screen shows, as SVG. */
import { paintFurniture } from "./furniture.js"
import { DARK } from "./ink.js"
import { circle, circleRadius, paintArcs, paintCircles } from "./overlays.js"
import { drawSymbol, outline, paintAreas, paintWords, patternOf } from "./paint.js"
import { VectorContext } from "./vector.js"
import { View } from "./view.js"

const INK = {
  text: "#0B161F", paper: "#FFFFFF", missing: "#F2F5F7", hatch: "rgba(11,22,31,0.42)", border: "rgba(11,22,31,0.5)", arc: "#0B161F",
  accent: "#0B5C8A", inkOfPaper: DARK, font: "Arial, Helvetica, sans-serif",
}
const KEY_WIDTH = 290
const SWATCH = [26, 18]

/** What is on the screen as `{ svg, width, height }`; the same middle and the same closeness, whatever the size of the screen. */
export function mapPicture(shown, seen, { width, height }) {
  const scene = { ...shown, ink: INK }
  const mapWidth = width - KEY_WIDTH - 20
  const view = placed(scene, seen, mapWidth, height)
  const ctx = new VectorContext(width, height, { paths: pathsOf(scene), hatch: INK.hatch })
  ctx.font = `400 12px ${INK.font}`
  paintAreas(ctx, scene, view, 1)
  paintCircles(ctx, scene, view)
  paintWords(ctx, scene, view)
  const hit = document.createElement("canvas").getContext("2d")
  paintArcs(ctx, scene, view, hit)
  paintFurniture(ctx, scene, view, { left: 10, top: 8, bottom: height - 10 })
  scene.selected.forEach((area, place) => outline(ctx, scene, area, view, 1, { width: place ? 2 : 3.2, colour: INK.text }))
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.fillStyle = INK.paper
  ctx.fillRect(mapWidth, 0, width - mapWidth, height)
  drawKey(ctx, scene, mapWidth + 20, 14)
  return { svg: ctx.svg(), width, height }
}

function placed(scene, seen, width, height) {
  const view = new View()
  view.fit(scene.geometry, width, height, scene.overlays.arcs.length ? [110, 40, 110, 50] : [16, 16, 16, 34])
  if (seen.isWhole) return view
  const [x, y] = seen.toWorld(seen.width / 2, seen.height / 2)
  const k = view.fitted * (seen.k / seen.fitted)
  view.move({ k, x: width / 2 - x * k, y: height / 2 - y * k })
  return view
}

/** The SVG path of each Path2D of the geometry. */
function pathsOf({ geometry, parents }) {
  const paths = new Map()
  const whole = []
  geometry.rings.forEach((polygons, area) => {
    const d = polygons.map((rings) => rings.map((ring) => `M${ring.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`).join("")).join("")
    paths.set(geometry.paths[area], d)
    whole.push(d)
  })
  paths.set(geometry.borders, whole.join(""))
  if (parents) paths.set(geometry.parentBorders(parents), parentEdges(geometry, parents))
  return paths
}

function parentEdges(geometry, parents) {
  const edges = new Map()
  geometry.rings.forEach((polygons, area) => {
    for (const rings of polygons) for (const ring of rings) for (let i = 1; i < ring.length; i += 1) {
      const [a, b] = [ring[i - 1], ring[i]].map(([x, y]) => `${round(x)} ${round(y)}`)
      const key = a < b ? `${a}L${b}` : `${b}L${a}`
      const known = edges.get(key)
      edges.set(key, known === undefined ? parents[area] : known === parents[area] ? null : known)
    }
  })
  return [...edges].filter(([, parent]) => parent !== null).map(([key]) => `M${key}`).join("")
}

function drawKey(ctx, scene, left, top) {
  const count = (value) => value.toLocaleString(scene.language)
  const { scale, words, overlays } = scene
  let y = top
  ctx.textAlign = "left"
  ctx.textBaseline = "middle"
  const write = (text, weight = 400, x = left, size = 15) => {
    ctx.font = `${weight} ${size}px ${INK.font}`
    ctx.fillStyle = INK.text
    for (const line of folded(ctx, text, left + KEY_WIDTH - 20 - x)) {
      ctx.fillText(line, x, y)
      y += size + 5
    }
  }
  const entry = (text, mark) => {
    mark(left, y)
    write(text, 400, left + SWATCH[0] + 10)
    y += 6
  }
  write(scale.title, 700)
  if (scale.unit) write(scale.unit)
  y += 8
  if (scale.axes) y = drawTwoWay(ctx, scene, left, y)
  else for (const part of scale.classes) entry(`${part.label} (${count(part.count)})`, (x, middle) => swatch(ctx, part, x, middle))
  for (const absence of scale.absent) {
    if (!absence.count) continue
    entry(`${absence.label} (${count(absence.count)})`, (x, middle) => {
      for (const fill of [INK.missing, patternOf(absence.pattern, ctx, INK, 1, 1)]) {
        ctx.fillStyle = fill
        ctx.fillRect(x, middle - SWATCH[1] / 2, ...SWATCH)
      }
      frame(ctx, x, middle)
    })
  }
  if (overlays.circles?.key.length) {
    y += 10
    write(overlays.circles.title, 700)
    for (const { value, label } of overlays.circles.key) {
      const radius = circleRadius(value, overlays.circles)
      y += Math.max(0, radius - 8)
      entry(label, (x, middle) => circle(ctx, INK, x + radius, middle, radius))
      y += Math.max(0, radius - 8)
    }
  }
  if (overlays.arcs.length && overlays.arcsTitle) {
    y += 8
    write(`→ ${overlays.arcsTitle}`, 700)
    for (const arc of overlays.arcs) write(`${arc.label}${scene.language === "fr" ? "\u00a0" : ""}: ${arc.text}`, 400, left, 13)
  }
  y += 6
  write(words.counts, 400, left, 12)
}

/** The 3 x 3 key with its axes: rows from much to little of the second figure, columns from little to much of the first. */
function drawTwoWay(ctx, { scale }, left, top) {
  const [x, y] = scale.axes
  const [side, high] = [58, 40]
  const start = left + 86
  for (const row of [2, 1, 0]) {
    const middle = top + (2 - row) * (high + 3) + high / 2
    ctx.font = `400 13px ${INK.font}`
    ctx.fillStyle = INK.text
    ctx.textAlign = "right"
    const lines = [y.labels[row], y.limits[row]].filter(Boolean)
    lines.forEach((text, line) => ctx.fillText(text, start - 8, middle + (line - (lines.length - 1) / 2) * 15))
    ctx.textAlign = "center"
    for (const column of [0, 1, 2]) {
      const part = scale.classes[3 * row + column]
      ctx.fillStyle = part.colour
      ctx.fillRect(start + column * (side + 3), middle - high / 2, side, high)
      ctx.fillStyle = part.ink
      ctx.font = `700 14px ${INK.font}`
      ctx.fillText(`${part.symbol ? `${part.symbol} ` : ""}${part.count}`, start + column * (side + 3) + side / 2, middle)
    }
  }
  let below = top + 3 * (high + 3) + 10
  ctx.fillStyle = INK.text
  ctx.font = `400 13px ${INK.font}`
  x.labels.forEach((label, column) => {
    [label, x.limits[column]].filter(Boolean).forEach((text, line) => ctx.fillText(text, start + column * (side + 3) + side / 2, below + 15 * line))
  })
  if (x.limits[0]) below += 15
  ctx.textAlign = "left"
  ctx.font = `700 13px ${INK.font}`
  for (const text of [`→ ${x.title}${x.unit ? ` (${x.unit})` : ""}`, `↑ ${y.title}${y.unit ? ` (${y.unit})` : ""}`]) {
    for (const line of folded(ctx, text, KEY_WIDTH - 20)) {
      below += 20
      ctx.fillText(line, left, below)
    }
  }
  return below + 30
}

function swatch(ctx, part, x, middle) {
  ctx.fillStyle = part.colour
  ctx.fillRect(x, middle - SWATCH[1] / 2, ...SWATCH)
  frame(ctx, x, middle)
  ctx.fillStyle = ctx.strokeStyle = part.ink
  if (part.symbol) drawSymbol(ctx, part.symbol, x + SWATCH[0] / 2, middle + (part.symbol === "▲" ? 1 : 0), 5)
}

function frame(ctx, x, middle) {
  ctx.strokeStyle = INK.border
  ctx.lineWidth = 1
  ctx.strokeRect(x, middle - SWATCH[1] / 2, ...SWATCH)
}

function folded(ctx, text, width) {
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (!lines.at(-1) || ctx.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function round(value) { return Math.round(value * 100) / 100 }
