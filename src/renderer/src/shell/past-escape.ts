/** Escape leads back from another picture to the network as it is now, wherever it is pressed. */
import { OVERLAYS } from '../ui/own-keys.ts'

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
 */
export function listenEscape(): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || act === null) return
    const pressed = { composing: event.isComposing, overlay: isOverlayOpen(), text: textOf(event.target) }
    if (!leadsBack(pressed)) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  globalThis.addEventListener('keydown', onKeyDown, { capture: true })
}

function isOverlayOpen(): boolean {
  return [...document.querySelectorAll(OVERLAYS)].some((overlay) => overlay.checkVisibility())
}

/** Kinds of input that hold no text. */
const NO_TEXT: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'radio',
  'range',
  'file',
  'submit',
  'reset',
  'color',
])

function textOf(target: EventTarget | null): string | null {
  if (target instanceof HTMLTextAreaElement) return target.value
  if (target instanceof HTMLInputElement) return NO_TEXT.has(target.type) || target.readOnly ? null : target.value
  return null
}
