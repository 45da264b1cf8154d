import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import type { Alert } from '../../../shared/alerts.ts'
import { visible } from '../../../shared/visible-text.ts'
import { useApp } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'

/** Shows each alert in the corner as it fires, and outside of the page where the user allowed it. */
export function AlertNotices() {
  const app = useApp()
  useEffect(
    () =>
      app.alerts.onFresh((alert) => {
        showInside(app, alert)
        showOutside(app, alert)
      }),
    [app],
  )
  return null
}

function showInside(app: App, alert: Alert): void {
  const id = `alert-${alert.id}`
  notifications.show({
    id,
    title: alert.ruleName,
    message: (
      <>
        <Text fz="sm" c="var(--mantine-color-text)">
          {words(alert)}
        </Text>
        <Group gap="xs" mt={6}>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              notifications.hide(id)
              follow(app, alert)
            }}
          >
            {alert.peerId === null ? strings.alerts.show : strings.alerts.open}
          </Button>
        </Group>
      </>
    ),
    color: 'orange',
    autoClose: 20_000,
    role: 'alert',
  })
}

/** The desktop app shows them from its main process: there the page may not. */
function showOutside(app: App, alert: Alert): void {
  const browser = app.settings.getState().info?.host === 'web' && 'Notification' in globalThis
  if (!browser || Notification.permission !== 'granted') return
  const shown = new Notification(visible(alert.ruleName), {
    body: visible(words(alert)),
    tag: `peerscope-alert-${alert.id}`,
  })
  shown.addEventListener('click', () => {
    globalThis.focus()
    follow(app, alert)
    shown.close()
  })
}

function words(alert: Alert): string {
  return `${alert.what}.${alert.cause === '' ? '' : ` ${alert.cause}`}`
}

/** To the peer that it is about, else to the alerts. */
function follow({ ui }: App, { peerId }: Alert): void {
  ui.setState(peerId === null ? { view: 'alerts' } : { selected: peerId, view: 'network' })
}
