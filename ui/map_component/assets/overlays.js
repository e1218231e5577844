/* What lies over the areas: circles for a second figure, arcs for flows that come from outside the country. */

const LARGEST_CIRCLE = 22

/** Pixels of a circle whose surface is the figure. */
export function circleRadius(value, circles) {
  return LARGEST_CIRCLE * Math.sqrt(value / (circles.key[0]?.value || 1))
}

export function paintCircles(ctx, scene, view) {
  const { circles } = scene.overlays
  if (!circles) return
  const { geometry, ink } = scene
  const largestFirst = Object.entries(circles.values).sort((a, b) => b[1] - a[1])
  for (const [code, value] of largestFirst) {
    const area = geometry.index.get(code)
    if (area === undefined) continue
    const [x, y] = view.toScreen(...geometry.anchor(area))
    circle(ctx, ink, x, y, circleRadius(value, circles))
  }
}

export function circle(ctx, ink, x, y, radius) {
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
  ctx.strokeStyle = ink.paper
  ctx.lineWidth = 3.5
  ctx.stroke()
  ctx.strokeStyle = ink.text
  ctx.lineWidth = 1.6
  ctx.stroke()
}

/** Arcs enter at the edge of the stage under the name of the host country; a national flow ends just inside the border,
 *  because the source does not say in which area people arrive. Returns the names' boxes, for the pointer. */
export function paintArcs(ctx, scene, view, hit) {
  const { arcs } = scene.overlays
  if (!arcs.length) return []
  const { ink } = scene
  const size = 12
  ctx.font = `600 ${size}px ${ink.font}`
  const largest = Math.max(...arcs.map((arc) => arc.value))
  const drawn = arcs.map((arc) => ({ arc, ...ends(arc, scene, view, hit), width: ctx.measureText(arc.label).width + 12 }))
  settle(drawn, view)
  ctx.lineCap = "round"
  for (const { arc, box, to } of drawn) {
    const from = nearestOn(box, to)
    const bend = [(from[0] + to[0]) / 2 - (to[1] - from[1]) * 0.16, (from[1] + to[1]) / 2 + (to[0] - from[0]) * 0.16]
    const width = 1.5 + 5.5 * Math.sqrt(Math.max(0, arc.value) / (largest || 1))
    for (const [colour, extra] of [[ink.paper, 3], [ink.arc, 0]]) {
      ctx.strokeStyle = ctx.fillStyle = colour
      ctx.lineWidth = width + extra
      ctx.beginPath()
      ctx.moveTo(...from)
      ctx.quadraticCurveTo(...bend, ...to)
      ctx.stroke()
      head(ctx, bend, to, width + extra)
    }
  }
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  for (const { arc, box } of drawn) {
    ctx.fillStyle = ink.paper
    ctx.strokeStyle = ink.arc
    ctx.lineWidth = 1.2
    ctx.beginPath()
    ctx.roundRect(box[0], box[1], box[2] - box[0], box[3] - box[1], 4)
    ctx.fill()
    ctx.stroke()
    ctx.fillStyle = ink.text
    ctx.fillText(arc.label, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + 0.5)
  }
  return drawn.map(({ arc, box }) => ({ arc, box }))
}

function ends(arc, scene, view, hit) {
  const { geometry } = scene
  const source = view.toScreen(...geometry.toWorld(arc.lon, arc.lat))
  const area = arc.pcode === null ? undefined : geometry.index.get(arc.pcode)
  const middle = view.toScreen(geometry.width / 2, geometry.height / 2)
  const target = area === undefined ? middle : view.toScreen(...geometry.anchor(area))
  const edge = clip(source, target, view)
  return { edge, to: area === undefined ? entry(edge, target, view, geometry, hit) : target }
}

/** Where the straight way from a point outside to the country's middle first meets land, and a little further. */
function entry(from, to, view, geometry, hit) {
  for (let share = 0; share < 1; share += 0.02) {
    const at = (part) => [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
    if (geometry.at(hit, ...view.toWorld(...at(share))) >= 0) return at(Math.min(1, share + 0.07))
  }
  return to
}

/** Where the way from the country to the source leaves the stage: names stand at the edge, clear of the map. */
function clip(source, target, view) {
  const inset = 14
  const right = view.width - 56 // the buttons stand there
  const [dx, dy] = [source[0] - target[0], source[1] - target[1]]
  const reach = [
    dx > 0 ? (right - target[0]) / dx : dx < 0 ? (inset - target[0]) / dx : Infinity,
    dy > 0 ? (view.height - inset - target[1]) / dy : dy < 0 ? (inset - target[1]) / dy : Infinity,
  ]
  const share = Math.max(0, Math.min(...reach))
  return [target[0] + dx * share, target[1] + dy * share]
}

/** Boxes for the names, inside the stage and pushed apart until none covers another. */
function settle(drawn, view) {
  const high = 20
  for (const item of drawn) {
    const left = Math.min(Math.max(6, item.edge[0] - item.width / 2), view.width - 52 - item.width)
    const top = Math.min(Math.max(6, item.edge[1] - high / 2), view.height - 34 - high)
    item.box = [left, top, left + item.width, top + high]
  }
  drawn.sort((a, b) => a.box[1] - b.box[1])
  for (let round = 0; round < 30; round += 1) {
    let moved = false
    for (let i = 0; i < drawn.length; i += 1) for (let j = i + 1; j < drawn.length; j += 1) {
      const [a, b] = [drawn[i].box, drawn[j].box]
      if (a[0] >= b[2] + 4 || b[0] >= a[2] + 4 || a[1] >= b[3] + 4 || b[1] >= a[3] + 4) continue
      const push = (Math.min(a[3], b[3]) - Math.max(a[1], b[1]) + 5) / 2
      shift(a, -push, view, high)
      shift(b, push, view, high)
      moved = true
    }
    if (!moved) return
  }
}

function shift(box, by, view, high) {
  box[1] = Math.min(Math.max(6, box[1] + by), view.height - 34 - high)
  box[3] = box[1] + high
}

function nearestOn(box, to) {
  return [Math.min(Math.max(to[0], box[0]), box[2]), Math.min(Math.max(to[1], box[1]), box[3])]
}

function head(ctx, from, to, width) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
  const long = 6 + width * 1.3
  ctx.beginPath()
  ctx.moveTo(to[0] + Math.cos(angle) * long * 0.5, to[1] + Math.sin(angle) * long * 0.5)
  for (const turn of [2.5, -2.5]) ctx.lineTo(to[0] + Math.cos(angle + turn) * long, to[1] + Math.sin(angle + turn) * long)
  ctx.closePath()
  ctx.fill()
}
