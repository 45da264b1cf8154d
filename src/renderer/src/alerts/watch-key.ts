/** The key that watches what is selected, from anywhere. */
import { isKeyTaken } from '../ui/own-keys.ts'

/** What of a key press matters. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'defaultPrevented'>

/** Whether a key press is the one that watches. */
export function isWatchKey({ key, ctrlKey, metaKey, altKey, repeat, defaultPrevented }: Press): boolean {
  return key.toLowerCase() === 'w' && !(ctrlKey || metaKey || altKey || repeat || defaultPrevented)
}

/** Listens for `W`. @returns ends it */
export function listenWatchKey(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  watch: () => void,
): () => void {
  const onKeyDown = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || !isWatchKey(event)) return
    if (isKeyTaken(event.target)) return
    event.preventDefault()
    watch()
  }
  target.addEventListener('keydown', onKeyDown)
  return () => target.removeEventListener('keydown', onKeyDown)
}
