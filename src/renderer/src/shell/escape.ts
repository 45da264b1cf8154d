/**
 * What Escape does wherever it is pressed: from another picture it leads back to the network as it is now; else it closes the
 * inspector, unless what it is pressed in has a use for it.
 */
import { OVERLAYS, textIn } from '../ui/own-keys.ts'

/** What is on the screen when Escape is pressed. */
export interface Pressed {
  /** It ends what is being composed, as with an input method. */
  readonly composing: boolean
  /** A dialog, a menu or a list of choices is open. */
  readonly overlay: boolean
  /** What stands in the text field that it is pressed in; null outside of one. */
  readonly text: string | null
}

/** Whether Escape leads back: what is open closes first, and a text field with content keeps its own Escape. */
export function leadsBack({ composing, overlay, text }: Pressed): boolean {
  return !composing && !overlay && (text === null || text === '')
}

/** Whether Escape may close the inspector once nothing else took it: a text field has a use of its own for it. */
export function closesInspector(pressed: Pressed): boolean {
  return leadsBack(pressed) && pressed.text === null
}

/** What Escape does while another picture is shown. */
let act: (() => void) | null = null

/** Calls back on Escape that leads back; nothing else hears of that one. @returns what ends it */
export function onEscapeBack(leave: () => void): () => void {
  act = leave
  return () => {
    if (act === leave) act = null
  }
}

/**
 * Listens for Escape, before anything else does: once a dialog's own listener has closed it, nobody could tell that it was
 * open. So it is called before the window is drawn.
 * @param closeInspector called after all else that Escape is pressed in, if none of that took it
 */
export function listenEscape(closeInspector: () => void): void {
  let free = false
  const first = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    const pressed = { composing: event.isComposing, overlay: isOverlayOpen(), text: textOf(event.target) }
    free = closesInspector(pressed)
    if (act === null || !leadsBack(pressed)) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const last = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && free && !event.defaultPrevented) closeInspector()
  }
  globalThis.addEventListener('keydown', first, { capture: true })
  globalThis.addEventListener('keydown', last)
}

function isOverlayOpen(): boolean {
  return [...document.querySelectorAll(OVERLAYS)].some((overlay) => overlay.checkVisibility())
}

function textOf(target: EventTarget | null): string | null {
  return target instanceof Element ? textIn(target) : null
}
