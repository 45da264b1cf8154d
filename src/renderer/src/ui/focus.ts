import type { KeyboardEvent } from 'react'

/** For `ref` of a field that comes because the user asked for it: takes the focus once. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus()
}

/** For `onKeyDown` of a card: Escape within closes it, and nothing around it. */
export function onEscape(close: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
}
