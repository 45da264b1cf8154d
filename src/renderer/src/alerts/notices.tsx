import { ActionIcon, Button } from '@mantine/core'
import { IconBell, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { aimOf, asTheyAre, ruleNames } from '../../../shared/alert-happenings.ts'
import { showNotices } from '../../../shared/alert-notices.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { useStripLines } from '../ui/strip-lines.ts'
import { follow } from './follow.ts'
import { noticesIn, noticeWords, unexpired, withAlert } from './notice-list.ts'
import type { Notice } from './notice-list.ts'
import { pageNotices } from './page-notices.ts'

/** How often notices that are over are looked for, milliseconds. */
const LOOK_MS = 1000

/**
 * Says each alert as it fires: in a strip at the end of the window, which lies over nothing, and outside of the page where the
 * user allowed it. Alerts of one rule, and of one happening, share a line. Those of another network than the shown one wait under Alerts.
 */
export function AlertNotices() {
  const app = useApp()
  const [all, setAll] = useState<readonly Notice[]>([])
  const network = usePeers(({ status }) => joinedKey(status))
  useEffect(() => app.alerts.onFresh((alert) => setAll((before) => withAlert(before, alert, performance.now()))), [app])
  useEffect(
    () =>
      showNotices(
        { onAlert: (listener) => app.alerts.onFresh(listener), list: () => app.alerts.getState().alerts },
        pageNotices(app),
        (aim) => {
          globalThis.focus()
          follow(app, aim)
        },
      ),
    [app],
  )
  const some = all.length > 0
  useEffect(() => {
    if (!some) return undefined
    const timer = setInterval(() => setAll((before) => unexpired(before, performance.now())), LOOK_MS)
    return () => clearInterval(timer)
  }, [some])
  const shown = noticesIn(all, network)
  const lines = useStripLines()
  const more = shown.length - lines
  const hide = (key: string): void => setAll((before) => before.filter((notice) => notice.key !== key))
  return (
    <section className="ps-notice-strip" aria-label={strings.watch.notices} data-empty={shown.length === 0}>
      <div role="log" aria-live="assertive" aria-relevant="additions text">
        {shown.slice(0, lines).map((notice) => (
          <Line key={notice.key} notice={notice} hide={() => hide(notice.key)} />
        ))}
      </div>
      {more > 0 ? (
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => app.ui.setState({ view: 'alerts' })}>
          {strings.watch.moreNotices(more)}
        </Button>
      ) : null}
    </section>
  )
}

function Line({ notice, hide }: { readonly notice: Notice; readonly hide: () => void }) {
  const app = useApp()
  const [newest] = notice.alerts
  if (newest === undefined) return null
  const words = noticeWords(notice)
  const ruleName = ruleNames(notice.alerts)
  const { open, openIslands, show } = strings.alerts
  const { peerId, split } = aimOf(notice.alerts)
  const leads = peerId !== null ? open : split !== null ? openIslands : show
  return (
    <div className="ps-notice-strip-line" data-notice={newest.ruleId}>
      <IconBell size={15} aria-hidden />
      <span className="ps-clip" title={`${ruleName}: ${words}`}>
        <strong>{ruleName}</strong> {words}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => {
          hide()
          follow(app, aimOf(asTheyAre(notice.alerts, app.alerts.getState().alerts)))
        }}
      >
        {leads}
      </Button>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={strings.watch.hide(ruleName)} onClick={hide}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  )
}
