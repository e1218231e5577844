/* The outline of a country: fetched once a page by its hashed URL, projected, and kept as one Path2D an area. */

const KM_A_DEGREE = 111.32
const WORLD = 1000 // width of the country in world units; keeps line widths and hit tests in comfortable numbers
const LINES = 13 // on which room for a name is looked for
const WORD_HEIGHT = 12 // half a line of text at the size a country has on most screens, in world units
const loaded = new Map()

/** What lies behind a URL of the app, as `read` makes it; every map of the page shares it. A failed fetch may be tried again. */
export function fetchOnce(url, read = (json) => json) {
  if (!loaded.has(url)) {
    // from where this file lies (/_stcore/bidi-components/<name>/): the page's own address may be any page of the app
    const promise = fetch(new URL(`../../../${url}`, import.meta.url))
      .then((response) => {
        if (!response.ok) throw new Error(`${url}: ${response.status}`)
        return response.json()
      })
      .then(read)
    promise.catch(() => loaded.delete(url))
    loaded.set(url, promise)
  }
  return loaded.get(url)
}

/** The outline behind a URL. */
export function loadGeometry(url) { return fetchOnce(url, (collection) => new Geometry(collection)) }

export class Geometry {
  constructor(collection) {
    const features = collection.features.filter((feature) => feature.geometry)
    const polygons = features.map(polygonsOf)
    this.count = features.length
    this.codes = features.map((feature) => String(feature.properties.pcode ?? feature.id))
    this.index = new Map(this.codes.map((code, area) => [code, area]))
    this.#project(polygons)
    this.paths = []
    this.bounds = new Float64Array(4 * this.count)
    this.anchors = new Float64Array(3 * this.count).fill(NaN) // x, y and the free width there, once somebody asks
    this.borders = new Path2D()
    for (let area = 0; area < this.count; area += 1) this.#build(area, polygons[area])
    this.rings = polygons
    this.width = WORLD
    this.height = 0
    for (let i = 3; i < this.bounds.length; i += 4) this.height = Math.max(this.height, this.bounds[i])
  }

  /** The area under a point of the world, or -1. */
  at(ctx, x, y) {
    for (let area = 0; area < this.count; area += 1) {
      const b = 4 * area
      if (x < this.bounds[b] || x > this.bounds[b + 2] || y < this.bounds[b + 1] || y > this.bounds[b + 3]) continue
      if (ctx.isPointInPath(this.paths[area], x, y, "evenodd")) return area
    }
    return -1
  }

  /** Where a name of an area fits best, and the free width there. Looked for when it is asked: most of many areas are too small for one. */
  anchor(area) {
    const at = 3 * area
    if (Number.isNaN(this.anchors[at])) this.anchors.set(widestSpan(largestOf(this.rings[area])), at)
    return this.anchors.subarray(at, at + 3)
  }

  toWorld(lon, lat) {
    return [(lon * this.squeeze - this.left) * this.unit, (this.top - lat) * this.unit]
  }

  /** Borders between areas of different parents, and the country's own: edges that two areas of one parent do not share. */
  parentBorders(parents) {
    const names = parents.join()
    if (this.parentNames !== names) {
      this.parentNames = names
      const edges = new Map()
      this.rings.forEach((polygons, area) => eachEdge(polygons, (key, edge) => {
        const known = edges.get(key)
        if (!known) edges.set(key, { parent: parents[area], edge, thick: true })
        else known.thick = known.parent !== parents[area]
      }))
      this.parentPath = new Path2D()
      for (const { edge, thick } of edges.values()) {
        if (!thick) continue
        this.parentPath.moveTo(edge[0], edge[1])
        this.parentPath.lineTo(edge[2], edge[3])
      }
    }
    return this.parentPath
  }

  /* Equal distances both ways at the country's middle latitude: shapes look as planners know them from their wall maps. */
  #project(polygons) {
    let west = Infinity, east = -Infinity, south = Infinity, north = -Infinity
    for (const area of polygons) for (const rings of area) for (const [lon, lat] of rings[0]) {
      if (lon < west) west = lon
      if (lon > east) east = lon
      if (lat < south) south = lat
      if (lat > north) north = lat
    }
    this.squeeze = Math.cos(((south + north) / 2) * Math.PI / 180)
    this.left = west * this.squeeze
    this.top = north
    this.unit = WORLD / ((east - west) * this.squeeze || 1)
    this.kmAUnit = KM_A_DEGREE / this.unit
  }

  #build(area, polygons) {
    const path = new Path2D()
    const { squeeze, left, top, unit } = this
    let minX = Infinity, minY = Infinity, maxX = -Infinity, maxY = -Infinity
    for (const rings of polygons) {
      for (let number = 0; number < rings.length; number += 1) {
        const ring = rings[number]
        for (let i = 0; i < ring.length; i += 1) {
          const point = ring[i]
          const x = (point[0] * squeeze - left) * unit
          const y = (top - point[1]) * unit
          point[0] = x
          point[1] = y
          if (i) path.lineTo(x, y)
          else path.moveTo(x, y)
          if (number) continue
          if (x < minX) minX = x
          if (x > maxX) maxX = x
          if (y < minY) minY = y
          if (y > maxY) maxY = y
        }
        path.closePath()
      }
    }
    this.paths.push(path)
    this.borders.addPath(path)
    this.bounds.set([minX, minY, maxX, maxY], 4 * area)
  }
}

/** The polygon of an area with the largest box around it. */
function largestOf(polygons) {
  let largest = null, largestSize = -1
  for (const rings of polygons) {
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity
    for (const [x, y] of rings[0]) {
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
    const size = (right - left) * (bottom - top)
    if (size > largestSize) { largestSize = size; largest = { rings, top, bottom } }
  }
  return largest
}

/** Middle and length of the widest stretch inside a polygon that stays inside for the height of a word: where a name fits best. */
function widestSpan({ rings, top, bottom }) {
  const step = (bottom - top) / (LINES + 1)
  const spans = Array.from({ length: LINES }, (_, line) => stretches(rings, top + (line + 1) * step))
  const reach = Math.min(LINES >> 2, Math.max(1, Math.round(WORD_HEIGHT / step)))
  let best = { room: -1, x: 0, y: top, score: -1 }
  for (let line = reach; line < LINES - reach; line += 1) {
    for (const [from, to] of spans[line]) {
      let [left, right] = [from, to]
      for (const near of [line - reach, line + reach]) {
        const over = widest(spans[near].map(([a, b]) => [Math.max(a, left), Math.min(b, right)]))
        if (!over) { right = left; break }
        ;[left, right] = over
      }
      // the middle wins unless elsewhere is clearly wider: a name near the middle reads as the area's name
      const score = (right - left) * (1 - Math.abs((line + 1) / (LINES + 1) - 0.5))
      if (score > best.score) best = { room: right - left, x: (left + right) / 2, y: top + (line + 1) * step, score }
    }
  }
  if (best.room > 0) return [best.x, best.y, best.room]
  const [from, to] = widest(spans[LINES >> 1]) ?? [0, 0]
  return [(from + to) / 2, top + ((LINES >> 1) + 1) * step, to - from]
}

/** The parts of a horizontal line that lie inside a polygon. */
function stretches(rings, y) {
  const crossings = []
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [x1, y1] = ring[i - 1]
      const [x2, y2] = ring[i]
      if ((y1 > y) !== (y2 > y)) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
    }
  }
  crossings.sort((a, b) => a - b)
  return Array.from({ length: crossings.length >> 1 }, (_, pair) => [crossings[2 * pair], crossings[2 * pair + 1]])
}

function widest(spans) {
  let found = null
  for (const span of spans) if (span[1] > span[0] && (!found || span[1] - span[0] > found[1] - found[0])) found = span
  return found
}

function polygonsOf({ geometry }) {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates
}

function eachEdge(polygons, visit) {
  for (const rings of polygons) for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [a, b] = [ring[i - 1], ring[i]]
      const forward = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
      const edge = forward ? [a[0], a[1], b[0], b[1]] : [b[0], b[1], a[0], a[1]]
      visit(edge.map((part) => part.toFixed(3)).join(), edge)
    }
  }
}
