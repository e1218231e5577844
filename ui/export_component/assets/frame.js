/* What surrounds every picture: title, country and filters above; period, source, date and version below. Screen size plays no part. */

const FONT = "Arial, Helvetica, sans-serif"
const INK = "#0B161F"
const SOFT = "#44525D"
const PAD = 32
const RATIO = 2

/** A whole picture `{ svg, width, height }` around a body `{ svg, width, height }`. */
export function frame({ title, lines, foot, alt, lang }, body) {
  const width = body.width + 2 * PAD
  const parts = []
  let y = PAD
  const write = (text, size, { weight = 400, colour = INK, gap = 0 } = {}) => {
    for (const line of wrapped(text, size, weight, body.width)) {
      y += Math.round(size * 1.32)
      parts.push(`<text x="${PAD}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(line)}</text>`)
    }
    y += gap
  }
  write(title, 26, { weight: 700, gap: 6 })
  for (const line of lines) write(line, 16, { colour: SOFT })
  y += 18
  parts.push(placed(body, PAD, y))
  y += body.height + 8
  parts.push(`<line x1="${PAD}" x2="${width - PAD}" y1="${y}" y2="${y}" stroke="#B8C2CA"/>`)
  y += 4
  for (const line of foot) write(line, 13, { colour: SOFT, gap: 2 })
  const height = Math.ceil(y + PAD * 0.75)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" xml:lang="${escaped(lang)}" font-family="${FONT}">`
    + `<title>${escaped(title)}</title><desc>${escaped(alt)}</desc><rect width="${width}" height="${height}" fill="#FFFFFF"/>${parts.join("")}</svg>`
  return { svg, width, height }
}

/** A picture as PNG, twice its size in points. */
export async function raster({ svg, width, height }) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement("canvas")
    canvas.width = width * RATIO
    canvas.height = height * RATIO
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done, failed) => {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("picture too large"))), "image/png")
    })
  } finally {
    URL.revokeObjectURL(address)
  }
}

function placed({ svg, width, height }, x, y) {
  return svg.replace(/<svg\b[^>]*>/, (tag) => {
    const kept = tag.replace(/\s(?:x|y|width|height|viewBox|style)="[^"]*"/g, "")
    return `${kept.slice(0, -1)} x="${x}" y="${y}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
  })
}

const ruler = document.createElement("canvas").getContext("2d")

function wrapped(text, size, weight, width) {
  ruler.font = `${weight} ${size}px ${FONT}`
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (!lines.at(-1) || ruler.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

export function escaped(text) {
  // what XML does not allow at all would make the whole picture unreadable
  return String(text).replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "").replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign])
}
