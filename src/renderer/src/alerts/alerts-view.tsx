import { Title } from '@mantine/core'
import { usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { FiredCard } from './fired-card.tsx'
import { RulesCard } from './rules-card.tsx'

/** Rules, and what they told. */
export function AlertsView() {
  const past = usePicture(({ picture, wanted }) => picture !== null || wanted !== null)
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22} mb="lg">
          {strings.nav.alerts}
        </Title>
        {past ? <p className="ps-number">{strings.alerts.alwaysNow}</p> : null}
        <RulesCard />
        <FiredCard />
      </div>
    </div>
  )
}
