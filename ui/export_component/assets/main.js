/* The line under a figure. Streamlit calls the default export at every rerun and change of theme, its clean-up when it leaves. */
import { Foot } from "./foot.js"

const feet = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ancrage-foot")
  if (!root || !data) return undefined
  let foot = feet.get(parentElement)
  if (!foot || foot.root !== root) {
    foot = new Foot(root, parentElement)
    feet.set(parentElement, foot)
  }
  foot.ask = (format) => setTriggerValue("asked", format)
  foot.tellWidth = (width) => setTriggerValue("width", width)
  foot.update(data)
  return () => {
    foot.remove()
    feet.delete(parentElement)
  }
}
