/** Single-key commands of a page. They stay quiet while somebody types, and beside Ctrl, Alt and Meta. */
export type Commands = Record<string, () => void>

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Listens until the returned function is called. Keys are those of KeyboardEvent.key, letters in lower case. */
export function listen(commands: Commands): () => void {
  const onKey = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || typing(e.target) || document.querySelector('dialog[open]')) return
    // What scrolls keeps its arrows.
    if (e.key.startsWith('Arrow') && e.target !== document.body) return
    const command = commands[e.key.length === 1 ? e.key.toLowerCase() : e.key]
    if (!command) return
    e.preventDefault()
    command()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
