/* Loaded with the page itself, before Streamlit has run it: fetches and builds the outline that this page drew last time. The map that
 * comes later shares it (geometry.js keeps what it loaded by address). */
import { loadGeometry } from "./geometry.js"

for (const url of new URL(import.meta.url).searchParams.getAll("outline")) {
  // one that is gone since is no matter: the map asks for the right one
  if (url.startsWith("app/static/geo/")) loadGeometry(url).catch(() => undefined)
}
