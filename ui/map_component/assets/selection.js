/* Which areas are chosen: the first is in focus, the others stand beside it. Pure, so that every way of choosing does the same. */

/** The selection after somebody chose an area (-1: none); `adding` keeps the others. */
export function chosen(now, area, adding) {
  if (area < 0) return []
  if (adding) return now.includes(area) ? now.filter((one) => one !== area) : [...now, area]
  return now.length === 1 && now[0] === area ? [] : [area]
}

/** What the page was told and has not answered yet: an answer to an older click must not undo a newer one. */
export class Pending {
  static PATIENCE_MS = 2500

  set(codes) {
    this.codes = codes
    this.since = performance.now()
  }

  /** The codes to show, given those the page sends now. */
  settle(codes) {
    if (!this.codes) return codes
    const answered = this.codes.join() === codes.join() || performance.now() - this.since > Pending.PATIENCE_MS
    if (!answered) return this.codes
    this.codes = null
    return codes
  }
}
