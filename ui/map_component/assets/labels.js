/* Names of areas where there is room for them: inside the area, never over another name. */

import { circleRadius } from "./overlays.js"

const LEADING = 1.15
const CORNER = 0.1 // of a label's width and height: its corners are paper
const LEAST_ROOM = 11 // pixels
const hit = document.createElement("canvas").getContext("2d")

export function placeLabels(ctx, scene, view) {
  const { geometry, names, numbers, scale, ink } = scene
  const size = view.width > 900 ? 13 : 12
  const font = `600 ${size}px ${ink.font}`
  ctx.font = font
  const placed = []
  for (const area of withRoom(geometry, LEAST_ROOM / view.k)) {
    const number = numbers[area]
    const symbol = number >= 0 ? scale.classes[number].symbol : null
    const [worldX, worldY, free] = geometry.anchor(area)
    const room = free * view.k
    const [x, y] = view.toScreen(worldX, worldY)
    if (x < 0 || y < 0 || x > view.width || y > view.height) continue
    const deep = (geometry.bounds[4 * area + 3] - geometry.bounds[4 * area + 1]) * view.k
    const radius = Math.max(3.5, Math.min(5.5, room / 5))
    const within = circleRoom(scene, area)
    const lines = fitting(ctx, names[area], Math.min(room * (symbol ? 0.88 : 1) - 6, within), deep, size, symbol)
    const label = compose(ctx, { lines, symbol, x, y, size, radius })
    label.colour = number >= 0 ? scale.classes[number].ink : null
    label.font = font
    label.leading = size * LEADING
    if (collides(label, placed) || (lines.length && !standsOn(geometry, view, area, label.box, label.colour === null || label.colour === ink.inkOfPaper))) {
      if (!symbol || !lines.length) continue
      const alone = Object.assign(compose(ctx, { lines: [], symbol, x, y, size, radius }), { colour: label.colour, font })
      if (!collides(alone, placed)) placed.push(alone)
      continue
    }
    if (lines.length || symbol) placed.push(label)
  }
  return placed
}

function compose(ctx, { lines, symbol, x, y, size, radius }) {
  const width = Math.max(0, ...lines.map((line) => ctx.measureText(line).width))
  const height = lines.length * size * LEADING
  const above = symbol && lines.length ? radius * 2 + 2 : 0
  const half = Math.max(width / 2, symbol ? radius : 0)
  return {
    lines, symbol, x, y: y + above / 2, radius, symbolX: x, symbolY: lines.length ? y - height / 2 - 1 : y,
    box: [x - half - 2, y - (height + above) / 2 - 2, x + half + 2, y + (height + above) / 2 + 2],
  }
}

/** Where a circle stands on the area's middle, a name fits inside it or is left out: across its line it reads as struck out. */
function circleRoom({ geometry, overlays: { circles } }, area) {
  const value = circles?.values[geometry.codes[area]]
  return value ? circleRadius(value, circles) * 1.7 : Infinity
}

/** Whether words in this box stand on their area: one corner may stick out, two where their colour can be read on paper too. */
function standsOn({ paths }, view, area, [left, top, right, bottom], onPaper) {
  const [dx, dy] = [(right - left) * CORNER, (bottom - top) * CORNER]
  const corners = [[left + dx, top + dy], [right - dx, top + dy], [left + dx, bottom - dy], [right - dx, bottom - dy]]
  return corners.filter(([x, y]) => hit.isPointInPath(paths[area], ...view.toWorld(x, y), "evenodd")).length >= (onPaper ? 2 : 3)
}

/** The name on one line, else on two, else not at all. */
function fitting(ctx, name, room, deep, size, symbol) {
  if (!name) return []
  const needed = (lines) => lines * size * LEADING + (symbol ? 12 : 0)
  if (ctx.measureText(name).width <= room && needed(1) <= deep) return [name]
  const parts = name.split(/(?<=[-\s])/)
  let best = null
  for (let cut = 1; cut < parts.length; cut += 1) {
    const lines = [parts.slice(0, cut).join("").trim(), parts.slice(cut).join("").trim()]
    const width = Math.max(...lines.map((line) => ctx.measureText(line).width))
    if (!best || width < best.width) best = { lines, width }
  }
  return best && best.width <= room * 0.92 && needed(2) <= deep * 0.8 ? best.lines : []
}

/** The areas that have this much room for a name, those with the most first. */
function withRoom(geometry, least) {
  const found = []
  for (let area = 0; area < geometry.count; area += 1) {
    // no room is wider than the box around its area
    if (geometry.bounds[4 * area + 2] - geometry.bounds[4 * area] >= least && geometry.anchor(area)[2] >= least) found.push(area)
  }
  return found.sort((a, b) => geometry.anchor(b)[2] - geometry.anchor(a)[2])
}

function collides({ box: [left, top, right, bottom] }, placed) {
  return placed.some(({ box }) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1])
}
