/* A link with the button that copies it. Streamlit calls the default export at every rerun and change of theme. */
let count = 0

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".ancrage-link")
  if (!root || !data) return
  if (!root.childElementCount) build(root)
  const [label, field, button, said] = root.children
  if (field.value !== data.link) said.textContent = ""
  label.textContent = data.label
  field.value = data.link
  button.textContent = data.copy
  button.onclick = async () => {
    said.textContent = (await copied(field)) ? data.copied : data.refused
  }
}

function build(root) {
  count += 1
  const field = Object.assign(document.createElement("input"), { readOnly: true, id: `ancrage-link-${count}`, dir: "ltr" })
  field.onfocus = () => field.select()
  const label = Object.assign(document.createElement("label"), { htmlFor: field.id })
  const button = Object.assign(document.createElement("button"), { type: "button" })
  const said = document.createElement("span")
  said.setAttribute("role", "status")
  root.append(label, field, button, said)
}

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value)
    return true
  } catch {
    // no clipboard outside https and this machine: the older way takes what is marked
    field.focus()
    field.select()
    return document.execCommand("copy")
  }
}
