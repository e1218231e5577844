/* The colours of the page around the map, from Streamlit's theme: a map in the dark theme is not a white sheet. */

export function readInk(root) {
  const style = getComputedStyle(root)
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise
  const text = variable("--st-text-color", "#0B161F")
  return {
    text,
    paper: variable("--st-background-color", "#FFFFFF"),
    missing: variable("--st-secondary-background-color", "#F2F5F7"),
    hatch: faded(text, 0.42),
    border: faded(text, 0.5),
    arc: text,
    accent: variable("--st-primary-color", "#0B5C8A"),
    font: variable("--st-font", "sans-serif"),
  }
}

function faded(colour, alpha) {
  const ctx = document.createElement("canvas").getContext("2d")
  ctx.fillStyle = colour
  const hex = ctx.fillStyle // the browser's own reading of any CSS colour, as #rrggbb
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16))
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`
}
