/** The app and who started it: `npm start` hears how far the app is, and the app ends when its launcher asks or is gone. */
import type { App } from 'electron'
import type { LaunchedProcess, LaunchStage } from '../../shared/launcher-channel.ts'
import { againMessage, followLauncher, HANDED_OVER_MESSAGE } from '../../shared/launcher-channel.ts'

/** The way to the launcher. */
export interface Launcher {
  /** Tells how far we are; does nothing where there is no launcher. */
  tell(stage: LaunchStage): void
  /** Tells that another instance is open, which shows its window; does nothing where there is no launcher. */
  handedOver(): void
  /**
   * Has the app started again when it has ended.
   * @param brought arguments that come behind those of this start
   * @returns false without a launcher
   */
  again(brought: readonly string[]): boolean
}

/**
 * Connects to the launcher. Must be called before the app is ready.
 * @param onEnd the launcher asks to end, or has ended
 */
export function connectLauncher(app: Pick<App, 'once' | 'on'>, own: LaunchedProcess, onEnd: () => void): Launcher {
  if (!followLauncher(own, onEnd)) return { tell: () => undefined, handedOver: () => undefined, again: () => false }
  // A launcher that is gone is noticed by the disconnection.
  const send = (message: object): unknown => own.send?.(message, () => undefined)
  const tell = (kind: LaunchStage): void => void send({ kind })
  app.once('ready', () => tell('ready'))
  app.on('browser-window-created', (_event, window) => {
    tell('window')
    window.once('show', () => tell('shown'))
  })
  tell('running')
  return {
    tell,
    handedOver: () => void send(HANDED_OVER_MESSAGE),
    again: (brought) => {
      if (own.connected !== true) return false
      send(againMessage(brought))
      return true
    },
  }
}
