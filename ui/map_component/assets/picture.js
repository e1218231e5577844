/* The map as a file: the picture at twice the screen's size with its key, its takeaway and nothing that needs a pointer. */
import { circle, circleRadius } from "./overlays.js"
import { drawSymbol, patternOf } from "./paint.js"

const RATIO = 2
const PAD = 20

export function savePicture(scene, view, paintMap, fileName) {
  const canvas = document.createElement("canvas")
  const ctx = canvas.getContext("2d")
  const width = Math.max(view.width, 640)
  const font = (weight, size) => `${weight} ${size}px ${scene.ink.font}`
  ctx.font = font(600, 16)
  const takeaway = wrap(ctx, scene.alt, width - 2 * PAD)
  const head = PAD + takeaway.length * 22 + 8
  const keyWidth = width - 2 * PAD
  const keyHeight = drawKey(ctx, scene, font, PAD, 0, keyWidth, true)
  canvas.width = width * RATIO
  canvas.height = (head + view.height + keyHeight + PAD) * RATIO
  ctx.setTransform(RATIO, 0, 0, RATIO, 0, 0)
  ctx.fillStyle = scene.ink.paper
  ctx.fillRect(0, 0, canvas.width, canvas.height)
  const map = document.createElement("canvas")
  map.width = view.width * RATIO
  map.height = view.height * RATIO
  paintMap(map.getContext("2d"), RATIO)
  ctx.drawImage(map, (width - view.width) / 2, head, view.width, view.height)
  ctx.fillStyle = scene.ink.text
  ctx.font = font(600, 16)
  ctx.textBaseline = "alphabetic"
  takeaway.forEach((line, number) => ctx.fillText(line, PAD, PAD + 14 + number * 22))
  drawKey(ctx, scene, font, PAD, head + view.height + 6, keyWidth, false)
  canvas.toBlob((blob) => {
    const link = document.createElement("a")
    link.href = URL.createObjectURL(blob)
    link.download = `${fileName}.png`
    link.click()
    URL.revokeObjectURL(link.href)
  }, "image/png")
}

/** Draws the key (or only measures it) in rows as wide as the picture; returns its height. */
function drawKey(ctx, scene, font, x0, y0, width, measureOnly) {
  const { scale, ink, overlays } = scene
  ctx.textAlign = "left"
  ctx.textBaseline = "middle"
  ctx.font = font(600, 13)
  let y = y0 + 14
  const write = (text, x, at, colour = ink.text) => { if (!measureOnly) { ctx.fillStyle = colour; ctx.fillText(text, x, at) } }
  write([scale.title, scale.unit].filter(Boolean).join(" · "), x0, y)
  y += 22
  ctx.font = font(400, 13)
  let x = x0
  const place = (label, mark, markWidth = 18) => {
    const needed = markWidth + 8 + ctx.measureText(label).width + 18
    if (x > x0 && x + needed > x0 + width) { x = x0; y += 24 }
    if (!measureOnly) mark(x, y)
    write(label, x + markWidth + 8, y)
    x += needed
  }
  for (const part of scale.classes) {
    if (scale.axes && !part.count) continue
    place(`${part.label} (${part.count})`, (left, middle) => {
      ctx.fillStyle = part.colour
      ctx.fillRect(left, middle - 8, 18, 16)
      ctx.fillStyle = ctx.strokeStyle = part.ink
      if (part.symbol) drawSymbol(ctx, part.symbol, left + 9, middle + (part.symbol === "▲" ? 1 : 0), 5)
    })
  }
  for (const { label, count, pattern } of scale.absent) {
    if (!count) continue
    place(`${label} (${count})`, (left, middle) => {
      ctx.fillStyle = ink.missing
      ctx.fillRect(left, middle - 8, 18, 16)
      ctx.fillStyle = patternOf(pattern, ctx, ink, 1, 1)
      ctx.fillRect(left, middle - 8, 18, 16)
      ctx.strokeStyle = ink.border
      ctx.lineWidth = 1
      ctx.strokeRect(left, middle - 8, 18, 16)
    })
  }
  if (overlays.circles?.key.length) {
    x = x0
    y += 34
    place(overlays.circles.title, () => {}, -8)
    for (const { value, label } of overlays.circles.key) {
      const radius = circleRadius(value, overlays.circles)
      place(label, (left, middle) => circle(ctx, ink, left + radius, middle, radius), radius * 2)
    }
    y += 14
  }
  return y + 14 - y0
}

function wrap(ctx, text, width) {
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (ctx.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
