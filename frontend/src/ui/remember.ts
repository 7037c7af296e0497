/** Keeps a choice in this browser. A browser that refuses storage only forgets: the page works all the same. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`zhuwang.${name}`, value)
  } catch {
    // Storage is blocked or full.
  }
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`zhuwang.${name}`)
  } catch {
    return null
  }
}
