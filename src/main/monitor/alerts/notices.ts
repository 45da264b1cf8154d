/** Alerts as notifications of the system, for a host that can show them. */
import { happeningWords, isOneHappening, ruleNames } from '../../../shared/alert-happenings.ts'
import type { Alert } from '../../../shared/alerts.ts'
import { visible } from '../../../shared/visible-text.ts'

/** One notification, as Electron has it. */
export interface Notice {
  on(event: 'click' | 'close', listener: () => void): unknown
  show(): void
  close(): void
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

/** What is shown of one happening. */
interface Shown {
  /** Newest first. */
  readonly alerts: readonly Alert[]
  readonly notice: Notice
}

/**
 * Shows each alert that is to be shown; several of one happening as one, which names their rules. Calling what it gives ends that.
 * @param onClick brings the window to the front, and shows what the alert is about
 */
export function showNotices(alerts: AlertSource, Maker: NoticeMaker, onClick: (alert: Alert) => void): () => void {
  // A notice that is not held may be collected, and a click on it is lost. Oldest first.
  let shown: readonly Shown[] = []
  let waiting: readonly Alert[] = []
  const show = (group: readonly Alert[]): void => {
    const before = shown.filter((one) =>
      one.alerts.some((other) => group.some((alert) => isOneHappening(alert, other))),
    )
    const all = [...group, ...before.flatMap((one) => one.alerts)]
    const notice = new Maker({ title: visible(ruleNames(all)), body: visible(happeningWords(all)) })
    const forget = (): void => void (shown = shown.filter((one) => one.notice !== notice))
    // In place of what was shown of it before.
    for (const one of before) one.notice.close()
    shown = [...shown.filter((one) => !before.includes(one)), { alerts: all, notice }].slice(-MAX_SHOWN)
    notice.on('close', forget)
    notice.on('click', () => {
      forget()
      const [newest] = group
      const alert = all.find(({ peerId }) => peerId !== null) ?? newest
      if (alert !== undefined) onClick(alert)
    })
    notice.show()
  }
  const showAll = (): void => {
    const groups: (readonly Alert[])[] = []
    for (const alert of waiting) {
      const place = groups.findIndex((group) => group.some((one) => isOneHappening(one, alert)))
      if (place < 0) groups.push([alert])
      else groups[place] = [alert, ...(groups[place] ?? [])]
    }
    waiting = []
    for (const group of groups) show(group)
  }
  return alerts.onNotify((alert) => {
    if (!Maker.isSupported()) return
    // Rules that fire together come one after the other.
    if (waiting.length === 0) queueMicrotask(showAll)
    waiting = [...waiting, alert]
  })
}
