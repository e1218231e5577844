/* Entry of the map component. Streamlit calls the default export at every rerun and at every change of theme, and its
 * clean-up once, when the map leaves the page: one MapFigure lives in between. */
import { MapFigure } from "./figure.js"

const figures = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ancrage-map")
  if (!root || !data) return undefined
  let figure = figures.get(parentElement)
  if (!figure || figure.root !== root) {
    figure?.remove()
    figure = new MapFigure(root)
    figures.set(parentElement, figure)
  }
  figure.onPick = (code) => setTriggerValue("picked", code)
  figure.update(data)
  return () => {
    figure.remove()
    figures.delete(parentElement)
  }
}
