/* What is painted in which order: the map on one canvas, what moves with hand and eye on another. */
import { paintFurniture } from "./furniture.js"
import { paintArcs, paintCircles } from "./overlays.js"
import { outline, paintAreas, paintWords } from "./paint.js"

/** Areas, circles, words, arcs, scale bar and north; returns the boxes of the names at the arcs. */
export function paintMap(ctx, { scene, view, ratio, hit }) {
  paintAreas(ctx, scene, view, ratio)
  paintCircles(ctx, scene, view)
  paintWords(ctx, scene, view)
  const boxes = paintArcs(ctx, scene, view, hit)
  if (scene.geometry.count) paintFurniture(ctx, scene, view, { left: 10, top: 8, bottom: view.height - 10 })
  return boxes
}

/** The area under the pointer, those chosen (the first strongest), the one the keyboard stands on. */
export function paintMarks(ctx, { scene, view, ratio, pointed, list }) {
  const { ink, selected } = scene
  if (pointed >= 0) outline(ctx, scene, pointed, view, ratio, { width: 1.6, colour: ink.text })
  selected.forEach((area, place) => outline(ctx, scene, area, view, ratio, { width: place ? 2 : 3.2, colour: ink.text }))
  if (list.active >= 0) outline(ctx, scene, list.active, view, ratio, { width: 3.5, colour: ink.accent, dashed: true })
}
