import { Title } from '@mantine/core'
import { strings } from '../ui/strings.ts'
import { FiredCard } from './fired-card.tsx'
import { RulesCard } from './rules-card.tsx'

/** Rules, and what they told. */
export function AlertsView() {
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
