/** What closing the window does: the app goes on without it, or ends. Asked once; the answer is kept. */
import type { Event, MessageBoxOptions } from 'electron'
import type { DesktopSettings } from '../../shared/desktop-binding.ts'
import type { JsonFile } from '../monitor/json-file.ts'
import type { Quit } from './quit.ts'

/** What closing works with. */
export interface ClosingParts {
  readonly platform: string
  readonly settings: JsonFile<DesktopSettings>
  readonly quit: Pick<Quit, 'begun' | 'begin'>
  /** Whether there is a place from where the window can be opened again. */
  hasTray(): boolean
  hide(): void
  /** Shows a question on the window. @returns the button's index */
  ask(question: MessageBoxOptions): Promise<number>
}

/** Where the icon is, and how it brings the window back. */
const PLACES: Readonly<Record<string, { readonly place: string; readonly back: string }>> = {
  darwin: {
    place: 'menu bar',
    back: 'click its icon in the Dock, or choose Open Peerscope from its icon in the menu bar',
  },
  win32: {
    place: 'notification area',
    back: 'click its icon in the notification area of the taskbar, or start Peerscope again',
  },
}
const TRAY = { place: 'tray', back: 'click its icon in the tray, or start Peerscope again' }

/** The question for a platform, as Node names it. */
function trayQuestion(platform: string): MessageBoxOptions {
  const { place, back } = PLACES[platform] ?? TRAY
  return {
    type: 'question',
    message: `Keep Peerscope running in the ${place}?`,
    detail: `It goes on watching the network while its window is closed. To open it again, ${back}. You can change this in Settings.`,
    buttons: ['Keep Running', 'Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  }
}

/** Decides for a window that is being closed. */
export class Closing {
  readonly #parts: ClosingParts
  #asking = false

  constructor(parts: ClosingParts) {
    this.#parts = parts
  }

  /** The window is being closed: it is kept and hidden, kept and asked about, or closed. */
  onClose(event: Pick<Event, 'preventDefault'>): void {
    const { closeToTray } = this.#parts.settings.value
    if (this.#parts.quit.begun || !this.#parts.hasTray() || closeToTray === 'quit') return
    event.preventDefault()
    if (closeToTray === 'tray') this.#parts.hide()
    else void this.#ask()
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const { platform, settings, quit } = this.#parts
    try {
      const answer = await this.#parts.ask(trayQuestion(platform))
      // The end may have begun meanwhile, and taken the question away.
      if (quit.begun) return
      if (answer === 0) settings.set({ ...settings.value, closeToTray: 'tray' })
      if (answer === 1) settings.set({ ...settings.value, closeToTray: 'quit' })
      // The tray may have gone while the question was open.
      if (answer === 0 && this.#parts.hasTray()) this.#parts.hide()
      if (answer === 1) quit.begin()
    } finally {
      this.#asking = false
    }
  }
}
