/* The box that says what an area is and has: name, value with unit, period, source, quality. */
import { element } from "./legend.js"

export class Tip {
  constructor() {
    this.box = element("div", "tip")
    this.hide()
  }

  hide() { this.box.hidden = true }

  show(lines, [x, y], view) {
    this.box.replaceChildren(...lines.map((line, number) => element(number ? "span" : "strong", "", line)))
    this.box.hidden = false
    const { offsetWidth: width, offsetHeight: height } = this.box
    const left = Math.min(Math.max(4, x - width / 2), view.width - width - 4)
    const top = y - height - 14 < 4 ? Math.min(y + 18, view.height - height - 4) : y - height - 14
    this.box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }
}

/** What is said of an area, a line each. */
export function linesOf(scene, area) {
  const circle = scene.overlays.circles?.texts[scene.geometry.codes[area]]
  const lines = [scene.names[area], ...scene.texts[area].split("\n").filter(Boolean)]
  if (circle) lines.push(`${scene.overlays.circles.title}: ${circle}`)
  if (scene.numbers[area] < 0 && lines.length === 1) lines.push(absenceOf(scene, scene.numbers[area]).label)
  return lines
}

/** Why an area has no class: no data, protected, or a known none. */
export function absenceOf(scene, number) {
  return scene.scale.absent.find((absence) => absence.number === number) ?? scene.scale.absent[0]
}
