/** Alerts as notifications of the system, for a host that can show them. */
import type { Alert } from '../../../shared/alerts.ts'
import { visible } from '../../../shared/visible-text.ts'

/** One notification, as Electron has it. */
export interface Notice {
  on(event: 'click' | 'close', listener: () => void): unknown
  show(): void
}

/** What makes them: Electron's `Notification`. */
export interface NoticeMaker {
  isSupported(): boolean
  new (options: { readonly title: string; readonly body: string }): Notice
}

/** Who tells of alerts that are to be shown. */
export interface AlertSource {
  onNotify(listener: (alert: Alert) => void): () => void
}

/** Notifications that are remembered; the oldest go first. */
const MAX_SHOWN = 50

/**
 * Shows each alert that is to be shown. Calling what it gives ends that.
 * @param onClick brings the window to the front, and shows what the alert is about
 */
export function showNotices(alerts: AlertSource, Maker: NoticeMaker, onClick: (alert: Alert) => void): () => void {
  // A notice that is not held may be collected, and a click on it is lost.
  const shown = new Set<Notice>()
  return alerts.onNotify((alert) => {
    if (!Maker.isSupported()) return
    const notice = new Maker({ title: visible(alert.ruleName), body: visible(wordsOf(alert)) })
    shown.add(notice)
    const [oldest] = shown
    if (shown.size > MAX_SHOWN && oldest !== undefined) shown.delete(oldest)
    notice.on('close', () => shown.delete(notice))
    notice.on('click', () => {
      shown.delete(notice)
      onClick(alert)
    })
    notice.show()
  })
}

/** What happened and why, in a line. */
export function wordsOf({ what, cause }: Pick<Alert, 'what' | 'cause'>): string {
  return `${what}.${cause === '' ? '' : ` ${cause}`}`
}
