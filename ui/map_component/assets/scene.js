/* What a map shows, in the order of its outline: classes, words and selection by area number instead of P-code. */

export function sceneOf(data, geometry, selected, ink) {
  const place = new Map(data.codes.map((code, row) => [code, row]))
  const rows = geometry.codes.map((code) => place.get(code))
  const noData = data.scale.absent[0].number
  return {
    geometry,
    numbers: rows.map((row) => (row === undefined ? noData : data.numbers[row])),
    names: rows.map((row, area) => (row === undefined ? geometry.codes[area] : data.names[row])),
    texts: rows.map((row) => (row === undefined ? data.words.no_data : data.texts[row])),
    parents: data.overlays.parents && rows.map((row) => (row === undefined ? "" : data.overlays.parents[row])),
    selected: selected.map((code) => geometry.index.get(code)).filter((area) => area !== undefined),
    scale: data.scale, overlays: data.overlays, words: data.words, alt: data.alt, language: data.language, ink,
  }
}
