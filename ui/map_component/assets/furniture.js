/* What every map needs to be read at all: how far is a kilometre, where is north. */

const NORTH = "N"

export function paintFurniture(ctx, scene, view, area) {
  const { ink, geometry } = scene
  const { left, bottom, top } = area
  const kmAPixel = geometry.kmAUnit / view.k
  const km = niceBelow(110 * kmAPixel)
  const length = km / kmAPixel
  ctx.font = `500 12px ${ink.font}`
  ctx.textAlign = "left"
  ctx.textBaseline = "alphabetic"
  const ruler = () => {
    ctx.beginPath()
    ctx.moveTo(left, bottom - 5)
    ctx.lineTo(left, bottom)
    ctx.lineTo(left + length, bottom)
    ctx.lineTo(left + length, bottom - 5)
    ctx.stroke()
  }
  withHalo(ctx, ink, ruler, `${km.toLocaleString(scene.language)} km`, left + 3, bottom - 7)
  const north = () => {
    ctx.beginPath()
    ctx.moveTo(left + 6, top + 27)
    ctx.lineTo(left + 6, top + 14)
    ctx.moveTo(left + 1.5, top + 19)
    ctx.lineTo(left + 6, top + 13.5)
    ctx.lineTo(left + 10.5, top + 19)
    ctx.stroke()
  }
  withHalo(ctx, ink, north, NORTH, left + 1.5, top + 10)
}

function withHalo(ctx, ink, stroke, text, x, y) {
  ctx.lineCap = ctx.lineJoin = "round"
  ctx.strokeStyle = ink.paper
  ctx.lineWidth = 4.5
  stroke()
  ctx.strokeText(text, x, y)
  ctx.strokeStyle = ink.text
  ctx.lineWidth = 1.5
  stroke()
  ctx.fillStyle = ink.text
  ctx.fillText(text, x, y)
}

function niceBelow(km) {
  const size = 10 ** Math.floor(Math.log10(km))
  return [5, 2, 1].map((step) => step * size).find((step) => step <= km) ?? size
}
