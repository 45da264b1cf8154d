import {
  IconBell,
  IconClock,
  IconFileExport,
  IconHeartbeat,
  IconHome,
  IconList,
  IconSettings,
  IconTopologyStar3,
} from '@tabler/icons-react'
import { waitingIn } from '../../../shared/alert-happenings.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { useAlerts, useApp, usePeers, useUi } from '../stores/app-context.tsx'
import { VIEWS } from '../stores/ui-store.ts'
import { strings } from '../ui/strings.ts'

const ICONS = {
  health: IconHeartbeat,
  network: IconTopologyStar3,
  peers: IconList,
  timeline: IconClock,
  bootstrap: IconHome,
  alerts: IconBell,
  snapshots: IconFileExport,
  settings: IconSettings,
}

/** The views, at the left. */
export function Navigation() {
  const { ui } = useApp()
  const current = useUi((state) => state.view)
  const alerts = useAlerts((state) => state.alerts)
  const network = usePeers(({ status }) => joinedKey(status))
  const waiting = waitingIn(alerts, network)
  return (
    <nav className="ps-nav" aria-label={strings.nav.label}>
      {VIEWS.map((view) => {
        const Icon = ICONS[view]
        return (
          <button
            key={view}
            type="button"
            className={view === 'settings' ? 'ps-nav-end' : undefined}
            aria-current={view === current ? 'page' : undefined}
            onClick={() => ui.setState({ view })}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
            {strings.nav[view]}
            {view === 'alerts' && waiting > 0 ? (
              <span className="ps-badge" title={strings.alerts.badge(waiting)}>
                {waiting}
              </span>
            ) : null}
          </button>
        )
      })}
    </nav>
  )
}
