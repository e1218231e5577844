/* Mouse, pen and fingers on the stage: hover, click, drag, pinch and wheel. Two fingers always move the map; one finger scrolls
 * the page until the map is zoomed in. The wheel scrolls the page too, unless the map was clicked or Ctrl is held. */

const STILL = 5 // pixels a click may wander

export function listen(surface, figure) {
  const down = new Map()
  let dragged = false

  surface.onpointerdown = (event) => {
    down.set(event.pointerId, point(surface, event))
    if (down.size === 1) dragged = false
  }
  surface.onpointermove = (event) => {
    const now = point(surface, event)
    const before = down.get(event.pointerId)
    if (!before) {
      figure.hover(now, event)
      return
    }
    if (down.size === 2) pinch(figure, down, event.pointerId, now)
    else if (dragged || Math.hypot(now[0] - before[0], now[1] - before[1]) > STILL) {
      if (!dragged) surface.setPointerCapture(event.pointerId)
      figure.pan(now[0] - before[0], now[1] - before[1])
    } else return
    dragged = true
    down.set(event.pointerId, now)
  }
  surface.onpointerup = (event) => {
    if (down.delete(event.pointerId) && !dragged) figure.click(point(surface, event), event.ctrlKey || event.metaKey || event.shiftKey)
  }
  surface.onpointercancel = (event) => down.delete(event.pointerId)
  surface.onpointerleave = (event) => {
    if (!surface.hasPointerCapture(event.pointerId)) down.delete(event.pointerId)
    figure.hover(null)
  }
  surface.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !figure.hasFocus) {
      figure.hint()
      return
    }
    event.preventDefault()
    figure.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), point(surface, event), false)
  }, { passive: false })
}

function pinch(figure, down, moved, now) {
  const other = [...down].find(([id]) => id !== moved)[1]
  const before = down.get(moved)
  const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1
  figure.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2)
  figure.zoom(apart(now, other) / apart(before, other), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2], false)
}

function point(surface, event) {
  const box = surface.getBoundingClientRect()
  return [event.clientX - box.left, event.clientY - box.top]
}
