/** For `ref` of a field that comes because the user asked for it: takes the focus once. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus()
}
