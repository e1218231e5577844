/* The colours of the page around the map, from Streamlit's theme: a map in the dark theme is not a white sheet. */

export const [DARK, LIGHT] = ["#1A1A1A", "#FFFFFF"] // what Python writes on a class's colour (ui/colours.py)

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
    inkOfPaper: isLight(variable("--st-background-color", "#FFFFFF")) ? DARK : LIGHT,
    font: variable("--st-font", "sans-serif"),
  }
}

function faded(colour, alpha) { return `rgba(${parts(colour).join(", ")}, ${alpha})` }

function isLight(colour) {
  const [red, green, blue] = parts(colour)
  return 0.3 * red + 0.59 * green + 0.11 * blue > 128
}

function parts(colour) {
  const ctx = document.createElement("canvas").getContext("2d")
  ctx.fillStyle = colour
  const hex = ctx.fillStyle // the browser's own reading of any CSS colour, as #rrggbb
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16))
}
