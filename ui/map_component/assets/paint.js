/* The picture itself. Every function draws into a context it is given, so that the screen and the saved picture are one. */
import { placeLabels } from "./labels.js"

/** Areas in their class colour, a pattern of its own for each reason there is no class, borders. */
export function paintAreas(ctx, scene, view, ratio) {
  const { geometry, numbers, scale, ink } = scene
  const patterns = new Map(scale.absent.map(({ number, pattern }) => [number, patternOf(pattern, ctx, ink, ratio, view.k * ratio)]))
  ctx.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio)
  for (let area = 0; area < geometry.count; area += 1) {
    if (!inSight(geometry, area, view)) continue
    const number = numbers[area]
    ctx.fillStyle = number >= 0 ? scale.classes[number].colour : ink.missing
    ctx.fill(geometry.paths[area], "evenodd")
    if (number < 0) {
      ctx.fillStyle = patterns.get(number) ?? patterns.get(scale.absent[0].number)
      ctx.fill(geometry.paths[area], "evenodd")
    }
  }
  ctx.lineJoin = "round"
  ctx.strokeStyle = ink.border
  ctx.lineWidth = (geometry.count > 600 ? 0.5 : 0.9) / view.k
  ctx.stroke(geometry.borders)
  if (scene.parents) {
    ctx.strokeStyle = ink.text
    ctx.lineWidth = 1.7 / view.k
    ctx.stroke(geometry.parentBorders(scene.parents))
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
}

/** One area's outline, light under dark so that it shows on every colour of the scale. */
export function outline(ctx, scene, area, view, ratio, { width, dashed = false, colour }) {
  ctx.setTransform(view.k * ratio, 0, 0, view.k * ratio, view.x * ratio, view.y * ratio)
  ctx.lineJoin = "round"
  ctx.setLineDash([])
  ctx.strokeStyle = scene.ink.paper
  ctx.lineWidth = (width + 2.5) / view.k
  ctx.stroke(scene.geometry.paths[area])
  if (dashed) ctx.setLineDash([7 / view.k, 4 / view.k])
  ctx.strokeStyle = colour
  ctx.lineWidth = width / view.k
  ctx.stroke(scene.geometry.paths[area])
  ctx.setLineDash([])
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
}

/** The shape of a class: colour is never alone in saying which class an area has. */
export function drawSymbol(ctx, symbol, x, y, radius) {
  const corners = { "▲": 3, "◆": 4, "■": 4 }[symbol]
  ctx.beginPath()
  if (corners) {
    const turn = symbol === "■" ? Math.PI / 4 : -Math.PI / 2
    for (let corner = 0; corner < corners; corner += 1) {
      const angle = turn + (corner * 2 * Math.PI) / corners
      ctx.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
    }
    ctx.closePath()
  } else {
    ctx.arc(x, y, radius * 0.85, 0, 2 * Math.PI)
  }
  if (symbol === "○") {
    ctx.lineWidth = 1.6
    ctx.stroke()
  } else {
    ctx.fill()
  }
}

/** The pattern of an absence, of constant size on screen whatever the zoom: lines (no data), a grid (protected), dots (none). */
export function patternOf(name, ctx, ink, ratio, scaleNow) {
  const side = Math.round((name === "dots" ? 9 : 7) * ratio)
  const tile = document.createElement("canvas")
  tile.width = tile.height = side
  tile.dataset.pattern = name
  const pen = tile.getContext("2d")
  pen.strokeStyle = pen.fillStyle = ink.hatch
  pen.lineWidth = 1.3 * ratio
  pen.beginPath()
  if (name === "dots") pen.arc(side / 2, side / 2, 1.1 * ratio, 0, 2 * Math.PI)
  else {
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift - 1, side + 1)
      pen.lineTo(shift + side + 1, -1)
      if (name !== "grid") continue
      pen.moveTo(shift - 1, -1)
      pen.lineTo(shift + side + 1, side + 1)
    }
  }
  if (name === "dots") pen.fill()
  else pen.stroke()
  const pattern = ctx.createPattern(tile, "repeat")
  pattern.setTransform(new DOMMatrix().scale(1 / scaleNow))
  return pattern
}

/** Symbols and names, over everything that is painted. */
export function paintWords(ctx, scene, view) {
  const labels = placeLabels(ctx, scene, view)
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  ctx.lineJoin = "round"
  for (const label of labels) {
    const hatched = label.colour === null
    const colour = hatched ? scene.ink.text : label.colour
    ctx.fillStyle = ctx.strokeStyle = colour
    if (label.symbol) drawSymbol(ctx, label.symbol, label.symbolX, label.symbolY, label.radius)
    ctx.font = label.font
    label.lines.forEach((line, number) => {
      const y = label.y + (number - (label.lines.length - 1) / 2) * label.leading
      if (hatched) {
        ctx.strokeStyle = scene.ink.missing
        ctx.lineWidth = 4
        ctx.strokeText(line, label.x, y)
        ctx.fillStyle = colour
      }
      ctx.fillText(line, label.x, y)
    })
  }
}

function inSight(geometry, area, view) {
  const b = 4 * area
  const [left, top] = view.toScreen(geometry.bounds[b], geometry.bounds[b + 1])
  const [right, bottom] = view.toScreen(geometry.bounds[b + 2], geometry.bounds[b + 3])
  return right >= 0 && bottom >= 0 && left <= view.width && top <= view.height
}
