/* The buttons of the map: nearer, farther, whole country, select several. */
import { element } from "./legend.js"

const SVG = "http://www.w3.org/2000/svg"
const DRAWINGS = {
  zoom_in: "M8 3v10M3 8h10",
  zoom_out: "M3 8h10",
  reset: "M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3",
  several: "M2 2h7v7H2zM7 7h7v7H7z",
}

export class Tools {
  /** `acts` has one function for each drawing, by name. */
  constructor(acts) {
    this.box = element("div", "tools")
    this.buttons = Object.entries(acts).map(([name, act]) => {
      const button = element("button", "tool")
      button.type = "button"
      button.dataset.does = name
      button.append(icon(DRAWINGS[name]))
      if (name === "several") button.setAttribute("aria-pressed", "false")
      button.onclick = act
      return button
    })
    this.box.append(...this.buttons)
  }

  /** Shows a button as pressed or not. */
  press(name, on) {
    this.buttons.find((button) => button.dataset.does === name).setAttribute("aria-pressed", String(on))
  }

  label(words) {
    for (const button of this.buttons) {
      button.title = words[button.dataset.does]
      button.setAttribute("aria-label", words[button.dataset.does])
    }
  }
}

function icon(drawing) {
  const drawn = document.createElementNS(SVG, "svg")
  drawn.setAttribute("viewBox", "0 0 16 16")
  drawn.setAttribute("aria-hidden", "true")
  const path = document.createElementNS(SVG, "path")
  path.setAttribute("d", drawing)
  drawn.append(path)
  return drawn
}
