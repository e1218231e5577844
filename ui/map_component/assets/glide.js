/* From one view to another: at once where motion is unwelcome or the map is large, else in a short movement. */

const GLIDE_MS = 180
const MOST_AREAS = 1500 // a frame of more takes longer than a frame may

export function glide(figure, to, smooth) {
  cancelAnimationFrame(figure.frame)
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches
  if (!smooth || still || figure.scene.geometry.count > MOST_AREAS) {
    figure.view.move(to)
    figure.paintSoon()
    return
  }
  const from = { k: figure.view.k, x: figure.view.x, y: figure.view.y }
  const began = performance.now()
  const step = (now) => {
    const share = Math.min(1, Math.max(0, now - began) / GLIDE_MS)
    const eased = 1 - (1 - share) ** 3
    const between = (name) => from[name] + (to[name] - from[name]) * eased
    figure.view.move({ k: between("k"), x: between("x"), y: between("y") })
    figure.paint()
    if (share < 1) figure.frame = requestAnimationFrame(step)
  }
  figure.frame = requestAnimationFrame(step)
}
