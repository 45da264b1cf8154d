import type { AlertRule } from '../../../shared/alerts.ts'

/** Whether two forms of a rule watch for the same; its name and where it is told do not matter. */
export function watchesSame(a: AlertRule, b: AlertRule): boolean {
  const watched = ({ enabled: _e, name: _n, notify: _o, webhook: _w, quietHours: _q, ...rest }: AlertRule): string =>
    JSON.stringify(Object.entries(rest).sort(([x], [y]) => (x < y ? -1 : 1)))
  return watched(a) === watched(b)
}
