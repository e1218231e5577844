/* Finding a place by what people type: a name in either language, an alias, a P-code; with and without accents, with a slip or two. */

const MOST = 7

export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()
}

/** Makes a place ready to be searched: `names` are its names and aliases as they read, `code` its P-code. */
export function prepared(place) {
  return { ...place, keys: place.names.map(plain), plainCode: plain(place.code) }
}

/** The places that fit best, the best first: {place, word} with the name or alias that fitted. */
export function search(places, typed, most = MOST) {
  const asked = plain(typed)
  if (!asked) return []
  const found = []
  for (const place of places) {
    let best = codeRank(place.plainCode, asked)
    let word = 0
    place.keys.forEach((key, number) => {
      const rank = nameRank(key, asked)
      if (rank < best) [best, word] = [rank, number]
    })
    if (best < Infinity) found.push({ place, word: place.names[word], rank: best })
  }
  return found.sort((a, b) => a.rank - b.rank || a.place.level - b.place.level || a.word.localeCompare(b.word)).slice(0, most)
}

function codeRank(code, asked) {
  if (code === asked) return 0
  return asked.length >= 3 && code.startsWith(asked) ? 2.5 : Infinity
}

/** 1 the name itself, 2 its beginning, 3 the beginning of a word of it, 4 anywhere in it, from 5 on with slips. */
function nameRank(key, asked) {
  if (key === asked) return 1
  if (key.startsWith(asked)) return 2
  if (` ${key}`.includes(` ${asked}`)) return 3
  if (asked.length >= 3 && key.includes(asked)) return 4
  const allowed = slipsAllowed(asked.length)
  if (!allowed) return Infinity
  const slips = Math.min(slipsToStart(key, asked, allowed), ...key.split(" ").slice(1).map((word) => slipsToStart(word, asked, allowed)))
  return slips <= allowed ? 5 + slips : Infinity
}

function slipsAllowed(length) { return length < 3 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3 }

/** Letters to add, drop, change or swap until `asked` is a beginning of `key` (Damerau-Levenshtein, optimal string alignment). */
function slipsToStart(key, asked, allowed) {
  const length = Math.min(key.length, asked.length + allowed)
  let before = null
  let last = Array.from({ length: length + 1 }, (_, column) => column)
  for (let row = 1; row <= asked.length; row += 1) {
    const now = [row]
    let least = row
    for (let column = 1; column <= length; column += 1) {
      const same = asked[row - 1] === key[column - 1]
      let slips = Math.min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
      if (before && column > 1 && asked[row - 1] === key[column - 2] && asked[row - 2] === key[column - 1]) {
        slips = Math.min(slips, before[column - 2] + 1)
      }
      now.push(slips)
      if (slips < least) least = slips
    }
    if (least > allowed) return Infinity
    before = last
    last = now
  }
  return Math.min(...last)
}
