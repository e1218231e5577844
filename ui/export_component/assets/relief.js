/* A relief (deck.gl) as a picture: what the graphics card has just drawn, read before it is thrown away. */

const FRAMES = 30

/** The canvases of a figure, one over the other, as SVG around one picture: `{ svg, width, height }`. */
export async function reliefBody(holder, size) {
  const canvases = [...holder.querySelectorAll("canvas")].filter((canvas) => canvas.width && canvas.height)
  if (!canvases.length) throw new Error("no relief")
  const [first] = canvases
  const width = Math.max(640, Math.min(size.width, first.width)) // points it does not have would only blur it
  const height = Math.round((width * first.clientHeight) / first.clientWidth)
  const sheet = document.createElement("canvas")
  sheet.width = width * 2
  sheet.height = height * 2
  const ctx = sheet.getContext("2d")
  for (let frame = 0; frame < FRAMES; frame += 1) {
    // a changed size makes it draw in the next frame; its drawing is only there until the frame is shown
    window.dispatchEvent(new Event("resize"))
    holder.querySelectorAll("canvas").forEach((canvas) => canvas.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: frame, clientY: frame })))
    if (await painted(ctx, canvases)) break
    if (frame === FRAMES - 1) throw new Error("relief not drawn")
  }
  const data = sheet.toDataURL("image/png")
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image width="${width}" height="${height}" href="${data}" xlink:href="${data}"/></svg>`,
    width,
    height,
  }
}

function painted(ctx, canvases) {
  return new Promise((done) => requestAnimationFrame(() => {
    const { width, height } = ctx.canvas
    ctx.clearRect(0, 0, width, height)
    for (const canvas of canvases) ctx.drawImage(canvas, 0, 0, width, height)
    const pixels = ctx.getImageData(0, 0, width, height).data
    const seen = new Set()
    for (let at = 0; at < pixels.length && seen.size < 4; at += 4 * 97) seen.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]},${pixels[at + 3]}`)
    if (seen.size < 4) return done(false)
    // the theme's own ground shows through: on a picture it is white
    ctx.globalCompositeOperation = "destination-over"
    ctx.fillStyle = "#FFFFFF"
    ctx.fillRect(0, 0, width, height)
    ctx.globalCompositeOperation = "source-over"
    done(true)
  }))
}
