/** Notifications of the browser. */
import type { Notice, NoticeMaker } from '../../../shared/alert-notices.ts'
import type { App } from '../stores/app-context.tsx'

/** The desktop app shows its own from its main process: there the page may not. */
export function pageNotices({ settings }: Pick<App, 'settings'>): NoticeMaker {
  return class PageNotice implements Notice {
    static isSupported(): boolean {
      const browser = settings.getState().info?.host === 'web' && 'Notification' in globalThis
      return browser && Notification.permission === 'granted'
    }

    readonly #shown: Notification

    /** It shows at once. */
    constructor({ title, ...options }: ConstructorParameters<NoticeMaker>[0]) {
      this.#shown = new Notification(title, options)
    }

    on(event: 'click' | 'close', listener: () => void): void {
      // It closes too where another tab shows the same alert in its place, and then what was told is not over.
      if (event === 'close') return
      this.#shown.addEventListener(event, () => {
        listener()
        this.#shown.close()
      })
    }

    show(): void {}

    close(): void {
      this.#shown.close()
    }
  }
}
