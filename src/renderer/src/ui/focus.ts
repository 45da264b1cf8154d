import type { FocusEvent, KeyboardEvent } from 'react'

/** For `ref` of a field that comes because the user asked for it: takes the focus once. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus()
}

/** For `ref` of a dialog's root: what is marked to have the focus first takes it, else the dialog itself. */
export function focusFirst(root: HTMLElement | null): void {
  const dialog = root?.querySelector<HTMLElement>('[role=dialog]')
  const first = dialog?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog
  first?.focus({ preventScroll: true })
}

/** For `onBlur` of a field: whether the user went on to something else in the page. A window that is left keeps its place. */
export function isLeft(event: FocusEvent): boolean {
  return document.activeElement !== event.currentTarget
}

/** For `onKeyDown` of a card: Escape within closes it, and nothing around it. */
export function onEscape(close: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
}
