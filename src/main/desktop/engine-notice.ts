import type { EngineState } from '../../shared/desktop-binding.ts'
import { visible as visibleText } from '../../shared/visible-text.ts'
import type { Notice, NoticeMaker } from '../../shared/alert-notices.ts'
import type { Engine } from './engine.ts'

/** What the notice works with. */
export interface EngineNoticeParts {
  readonly engine: Pick<Engine, 'onChange' | 'state'>
  readonly Notification: NoticeMaker
  /** Whether the user can see the window, which says it all. */
  readonly visible: () => boolean
  /** Brings the window to the front. */
  readonly show: () => void
}

/**
 * Tells of a failed engine where no window is there to say it: the app watches in the tray, and would watch nothing. Where
 * the system shows no notifications the window comes.
 * @returns looks at the state as it is; call it after a start without a window
 */
export function tellHiddenFailure(parts: EngineNoticeParts): () => void {
  const { engine, Notification, visible, show } = parts
  // What is not held may be collected, and a click on it is lost.
  let shown: Notice | null = null
  const look = (state: EngineState): void => {
    if (state.state !== 'failed' || visible()) return
    if (!Notification.isSupported()) return show()
    const title = state.while === 'starting' ? 'Peerscope could not start' : 'Peerscope stopped watching the network'
    shown = new Notification({ title, body: visibleText(`${state.message}. Click to see what to do.`) })
    shown.on('click', show)
    return shown.show()
  }
  engine.onChange(look)
  return () => look(engine.state)
}
