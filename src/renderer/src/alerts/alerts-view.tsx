import { Button, Text, Title } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp, useSettings } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { FiredCard } from './fired-card.tsx'
import { RulesCard } from './rules-card.tsx'

/** Rules, and what they told. */
export function AlertsView() {
  const { alerts } = useApp()
  const loaded = useAlerts((state) => state.rules !== null)
  useEffect(() => {
    if (!loaded) alerts.load().catch(tellFailure)
  }, [alerts, loaded])
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22} mb="lg">
          {strings.nav.alerts}
        </Title>
        <RulesCard />
        <OutsideOfPage />
        <FiredCard />
      </div>
    </div>
  )
}

/** In a browser the user decides whether pages may show notifications; the desktop app shows them by itself. */
function OutsideOfPage() {
  const browser = useSettings((state) => state.info?.host === 'web') && 'Notification' in globalThis
  const [permission, setPermission] = useState(() => (browser ? Notification.permission : 'denied'))
  const text = strings.alerts
  if (!browser) return null
  const now = permission === 'default' ? Notification.permission : permission
  if (now !== 'default') {
    return (
      <Text fz="sm" c="dimmed" mb="lg">
        {now === 'granted' ? text.systemOn : text.systemDenied}
      </Text>
    )
  }
  return (
    <Button
      variant="default"
      size="xs"
      mb="lg"
      leftSection={<IconBell size={15} aria-hidden />}
      onClick={() => void Notification.requestPermission().then(setPermission)}
    >
      {text.system}
    </Button>
  )
}
