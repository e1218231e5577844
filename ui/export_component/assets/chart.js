/* A chart as a picture: the figure of the screen, drawn once more at a fixed width in ink on white. */

const FONT = "Arial, Helvetica, sans-serif" // a picture has no other letters than those every machine has
const INK = "#0B161F"
const GRID = { gridcolor: "#DDE3E8", zerolinecolor: "#B8C2CA", linecolor: "#B8C2CA", color: INK, automargin: true }
const LIGHT = {
  layout: {
    font: { family: FONT, color: INK }, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", xaxis: GRID, yaxis: GRID,
    legend: { font: { color: INK } },
  },
}
let drawing

/** The chart as SVG: `{ svg, width, height }`. */
export async function chartBody(figure, { width }) {
  const plotly = await library()
  const height = figure.layout.height ?? 420
  const layout = {
    ...figure.layout, template: LIGHT, width, height, autosize: false,
    font: { ...figure.layout.font, family: FONT, color: INK },
    annotations: figure.layout.annotations?.map((note) => ({ ...note, font: { ...note.font, color: INK } })),
  }
  const address = await plotly.toImage({ data: figure.data.map(dark), layout, config: { staticPlot: true } }, { format: "svg", width, height })
  return { svg: decodeURIComponent(address.slice(address.indexOf(",") + 1)), width, height }
}

/** Words whose colour follows the theme of the screen are dark on a picture. */
function dark(trace) {
  return trace.type === "sankey" ? { ...trace, textfont: { ...trace.textfont, color: INK } } : trace
}

/** plotly from this server, once a page. */
function library() {
  drawing ??= new Promise((done, failed) => {
    if (window.Plotly) return done(window.Plotly)
    const script = document.createElement("script")
    script.src = new URL("../ancrage_plotly.drawing/plotly.min.js", import.meta.url)
    script.onload = () => done(window.Plotly)
    script.onerror = () => { drawing = undefined; failed(new Error("plotly.min.js")) }
    document.head.append(script)
  })
  return drawing
}
