/* Maps that move together: what one shows, points at and chooses, the others of its group do too. */

const groups = new Map()

export function join(name, figure) {
  if (figure.group === name) return
  leave(figure)
  figure.group = name
  if (name) groups.set(name, (groups.get(name) ?? new Set()).add(figure))
}

export function leave(figure) {
  groups.get(figure.group)?.delete(figure)
  figure.group = null
}

/** The other maps of a figure's group that are drawn. */
export function others(figure) {
  return [...(groups.get(figure.group) ?? [])].filter((one) => one !== figure && one.scene)
}
