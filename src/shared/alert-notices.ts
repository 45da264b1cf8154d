/** Alerts as notifications outside of the window: of the system, or of the browser. */
import type { Aim } from './alert-happenings.ts'
import { aimOf, asTheyAre, happeningWords, inNetwork, mergeHappening, ruleNames } from './alert-happenings.ts'
import type { Alert } from './alerts.ts'
import { visible } from './visible-text.ts'

/** One notification, as Electron has it. */
export interface Notice {
  on(event: 'click' | 'close', listener: () => void): unknown
  show(): void
  close(): void
}

/** What makes them: Electron's `Notification`, or the page's. */
export interface NoticeMaker {
  isSupported(): boolean
  /** @param options `tag` is the same for all that is shown of one happening */
  new (options: { readonly title: string; readonly body: string; readonly tag?: string }): Notice
}

/** Notifications that are remembered; the oldest go first. */
const MAX_SHOWN = 50
/** Longest title and text of one, in characters: systems show less. */
const MAX_TITLE = 200
const MAX_BODY = 1000

/** Where they come from. */
export interface NoticeSource {
  /** Hears of alerts that are to be shown. */
  readonly onAlert: (listener: (alert: Alert) => void) => () => void
  /** All alerts, as they are now. */
  readonly list: () => readonly Alert[]
}

/** What is shown of one happening. */
interface Shown {
  /** Newest first. */
  readonly alerts: readonly Alert[]
  /** Several where a new alert joins them. */
  readonly notices: readonly Notice[]
}

/**
 * Shows each alert that is to be shown; several of one happening as one, which names their rules. Calling what it gives ends that.
 * @param onClick brings the window to the front, and shows what they lead to
 */
export function showNotices(
  { onAlert, list }: NoticeSource,
  Maker: NoticeMaker,
  onClick: (aim: Aim) => void,
): () => void {
  // A notice that is not held may be collected, and a click on it is lost. Newest first.
  let shown: readonly Shown[] = []
  let fresh: ReadonlySet<Alert> = new Set()
  const show = ({ alerts, notices }: Shown): Shown => {
    // In place of what was shown of it before.
    for (const one of notices) one.close()
    const notice = new Maker({
      title: clipped(visible(inNetwork(ruleNames(alerts), aimOf(alerts).network)), MAX_TITLE),
      body: clipped(visible(happeningWords(alerts)), MAX_BODY),
      tag: `peerscope-alert-${alerts.at(-1)?.id ?? 0}`,
    })
    const forget = (): void => void (shown = shown.filter((one) => !one.notices.includes(notice)))
    notice.on('close', forget)
    notice.on('click', () => {
      forget()
      onClick(aimOf(asTheyAre(alerts, list())))
    })
    notice.show()
    return { alerts, notices: [notice] }
  }
  const showFresh = (): void => {
    const due = fresh
    fresh = new Set()
    for (const one of shown.filter(({ alerts: [newest] }) => newest !== undefined && due.has(newest)).toReversed()) {
      const now = show(one)
      shown = shown.map((other) => (other === one ? now : other))
    }
    shown = shown.slice(0, MAX_SHOWN)
  }
  return onAlert((alert) => {
    if (!Maker.isSupported()) return
    const { alerts, merged, rest } = mergeHappening(shown, alert)
    shown = [{ alerts, notices: merged.flatMap(({ notices }) => notices) }, ...rest]
    // Rules that fire together come one after the other.
    if (fresh.size === 0) void Promise.resolve().then(showFresh)
    fresh = new Set([...fresh, alert])
  })
}

function clipped(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text
}
