/** What happens when the window's page dies, hangs or cannot be loaded, so that no window stays empty. */
import { capital } from '../../shared/capital.ts'
import type { BrowserWindow, MessageBoxOptions, RenderProcessGoneDetails } from 'electron'
import { errorShape } from '../../shared/errors.ts'
import type { Logger } from '../monitor/open-node.ts'
import type { PageOrigin } from './page-origin.ts'
import { loadPage } from './window.ts'

/** A page that has lived this long after it was loaded may be reloaded without a question again, milliseconds. */
export const STABLE_MS = 60_000
/** How long a page that was ended for a reload may take to be gone, milliseconds. */
export const GONE_MS = 2000
/** Chromium's code for a load that something newer replaced. */
const ABORTED = -3

/** What the recovery works with. */
export interface RecoveryParts {
  readonly logger: Logger
  readonly page: PageOrigin
  /** Shows a question until its signal fires. @returns the button's index */
  ask(question: MessageBoxOptions): Promise<number>
  /** Shows the folder of the log. @throws Unavailable where it cannot be shown */
  openLogs(): Promise<void>
  quit(): void
  isQuitting(): boolean
}

type Reason = RenderProcessGoneDetails['reason']

const REASONS: Readonly<Record<Reason, string>> = {
  'clean-exit': 'Its process ended.',
  'abnormal-exit': 'Its process ended with an error.',
  killed: 'The system or another program ended its process.',
  crashed: 'Its process crashed.',
  oom: 'Its process ran out of memory.',
  'launch-failed': 'Its process could not be started.',
  'integrity-failure': 'The system refused a file that its process needs.',
  'memory-eviction': 'The system ended its process to free memory.',
}

/** Watches over windows, one at a time. */
export class PageRecovery {
  readonly #parts: RecoveryParts

  constructor(parts: RecoveryParts) {
    this.#parts = parts
  }

  /** Until the window is closed. */
  watch(window: BrowserWindow): void {
    const page = new WatchedPage(window, this.#parts)
    const contents = window.webContents
    contents.on('render-process-gone', (_event, details) => page.gone(details))
    contents.on('did-finish-load', () => page.loaded())
    contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) page.failed(description, code)
    })
    window.on('unresponsive', () => page.hangs())
    window.on('responsive', () => page.responds())
    window.on('closed', () => page.end())
  }
}

class WatchedPage {
  readonly #window: BrowserWindow
  readonly #parts: RecoveryParts
  #asking: { readonly about: 'loss' | 'hang'; readonly withdrawn: AbortController } | null = null
  /** Whether a crash was answered by a reload already, and the page has not proved stable since. */
  #reloaded = false
  /** Set while a page is being ended for a reload that the user wants. */
  #replacing: NodeJS.Timeout | null = null
  #stable: NodeJS.Timeout | null = null
  #ended = false

  constructor(window: BrowserWindow, parts: RecoveryParts) {
    this.#window = window
    this.#parts = parts
  }

  gone({ reason, exitCode }: Pick<RenderProcessGoneDetails, 'reason' | 'exitCode'>): void {
    if (this.#over()) return
    this.#stopTimer()
    if (this.#replacing !== null) return this.#replaced()
    this.#parts.logger.error({ reason, exitCode }, 'the page of the window is gone')
    // The usual end, of a window that is closing.
    if (reason === 'clean-exit') return
    this.responds()
    if (this.#reloaded) return this.#lost('The Peerscope window stopped working again.', REASONS[reason])
    this.#reloaded = true
    this.#reload()
  }

  failed(description: string, code: number): void {
    if (this.#over()) return
    this.#stopTimer()
    this.#parts.logger.error({ description, code }, 'the page of the window could not be loaded')
    this.#lost('The Peerscope window could not be loaded.', `Chromium reports ${description || code}.`)
  }

  loaded(): void {
    this.#stopTimer()
    this.#stable = setTimeout(() => {
      this.#reloaded = false
    }, STABLE_MS)
    this.#stable.unref()
  }

  hangs(): void {
    if (this.#over() || this.#replacing !== null) return
    this.#parts.logger.warn('the page of the window does not respond')
    void this.#askAboutHang()
  }

  /** Takes back the question whether to wait. */
  responds(): void {
    if (this.#asking?.about === 'hang') this.#withdraw()
  }

  end(): void {
    this.#ended = true
    this.#stopTimer()
    if (this.#replacing !== null) clearTimeout(this.#replacing)
    this.#withdraw()
  }

  #withdraw(): void {
    this.#asking?.withdrawn.abort()
    this.#asking = null
  }

  #lost(message: string, reason: string): void {
    // A window in the tray asks when it is opened.
    if (this.#window.isVisible() || this.#window.isMinimized()) void this.#askAboutLoss(message, reason)
    else this.#window.once('show', () => void this.#askAboutLoss(message, reason))
  }

  async #askAboutLoss(message: string, reason: string): Promise<void> {
    // The menu cannot be used while the question is open.
    const button = await this.#ask('loss', {
      type: 'error',
      message,
      detail: `${reason} Peerscope itself keeps running. See the log for details.`,
      buttons: ['Reload', 'Quit', 'Open Logs'],
      defaultId: 0,
      cancelId: 0,
    })
    if (button === 'Reload') this.#reload()
    if (button === 'Quit') this.#parts.quit()
    if (button === 'Open Logs') await this.#askAboutLoss(message, (await this.#openLogs()) ?? reason)
  }

  /** @returns why the log cannot be shown; null where it is */
  async #openLogs(): Promise<string | null> {
    try {
      await this.#parts.openLogs()
      return null
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'the log could not be shown')
      return `${capital(errorShape(error).message)}.`
    }
  }

  async #askAboutHang(): Promise<void> {
    const button = await this.#ask('hang', {
      type: 'warning',
      message: 'The Peerscope window does not respond.',
      detail: 'Peerscope itself keeps running. You can wait for the window, or reload it.',
      buttons: ['Wait', 'Reload', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    })
    if (button === 'Reload') this.#replace()
    if (button === 'Quit') this.#quitHung()
  }

  /** The button that was pressed; null where another question is open, or this one was withdrawn. */
  async #ask(
    about: 'loss' | 'hang',
    options: MessageBoxOptions & { readonly buttons: string[] },
  ): Promise<string | null> {
    if (this.#over() || this.#asking !== null) return null
    const withdrawn = new AbortController()
    const asking = { about, withdrawn }
    this.#asking = asking
    try {
      const response = await this.#parts.ask({ ...options, signal: withdrawn.signal })
      return withdrawn.signal.aborted || this.#over() ? null : (options.buttons[response] ?? null)
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'a question could not be shown')
      return null
    } finally {
      if (this.#asking === asking) this.#asking = null
    }
  }

  /** A turn later: Electron may still be tidying up after the page that is gone. */
  #reload(): void {
    setImmediate(() => {
      if (!this.#over()) loadPage(this.#window, this.#parts.page)
    })
  }

  /** Reloads a page that hangs. Its process would never give way, so it is ended first. */
  #replace(): void {
    this.#replacing = setTimeout(() => this.#replaced(), GONE_MS)
    this.#window.webContents.forcefullyCrashRenderer()
  }

  #replaced(): void {
    if (this.#replacing !== null) clearTimeout(this.#replacing)
    this.#replacing = null
    this.#reload()
  }

  /** A page that hangs would hold up the closing of its window. */
  #quitHung(): void {
    this.#ended = true
    this.#window.webContents.forcefullyCrashRenderer()
    this.#parts.quit()
  }

  #over(): boolean {
    return this.#ended || this.#parts.isQuitting() || this.#window.isDestroyed()
  }

  #stopTimer(): void {
    if (this.#stable !== null) clearTimeout(this.#stable)
    this.#stable = null
  }
}
