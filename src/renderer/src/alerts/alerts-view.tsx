import { Title } from '@mantine/core'
import { useEffect } from 'react'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp, useLink } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { FiredCard } from './fired-card.tsx'
import { RulesCard } from './rules-card.tsx'

/** Rules, and what they told. */
export function AlertsView() {
  const { alerts } = useApp()
  const live = useLink(({ state }) => state === 'live')
  const loaded = useAlerts((state) => state.rules !== null)
  useEffect(() => {
    if (live && !loaded) alerts.load().catch(tellFailure)
  }, [alerts, live, loaded])
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22} mb="lg">
          {strings.nav.alerts}
        </Title>
        <RulesCard />
        <FiredCard />
      </div>
    </div>
  )
}
